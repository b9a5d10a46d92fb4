"""A port on loopback that nothing may connect to: whatever does is caught, even if it asks for nothing."""

import socket
import threading
from contextlib import contextmanager

ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 0\r\n"
    b"Connection: close\r\n\r\n"
)
# How long a connection without a request, as `preconnect` makes it, is waited for.
SILENCE = 0.5


class Trap:
    """Attributes:
    url: The address of the trap, without a slash at its end.
    caught: The first line of each request; empty for a connection that asked for nothing.
    """

    def __init__(self, server):
        self.caught = []
        self.url = f"http://127.0.0.1:{server.getsockname()[1]}"
        self._server = server
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def paths(self):
        """The paths that were asked for."""
        return {line.split(" ")[1].partition("?")[0].strip("/") for line in self.caught if " " in line}

    def _listen(self):
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return  # closed
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection):
        connection.settimeout(SILENCE)
        with connection:
            try:
                line = connection.recv(4096).partition(b"\r\n")[0].decode("latin-1")
                connection.sendall(ANSWER)
            except OSError:
                line = ""
            self.caught.append(line)


@contextmanager
def trap():
    """A trap that is open for the block."""
    with socket.create_server(("127.0.0.1", 0), backlog=200) as server:
        yield Trap(server)
        server.shutdown(socket.SHUT_RDWR)
