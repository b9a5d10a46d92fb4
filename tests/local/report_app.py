"""Deploys the app of the report's tests."""


def deploy(emulator, bootstrapped, folder):
    """Deploy both of its stacks, and return the outputs of the one with the archive, without their `Name`."""
    cdk = bootstrapped("report")
    cdk.synthesise(folder)
    cdk.deploy(folder)
    stack = emulator.endpoint.client("cloudformation").describe_stacks(StackName="Shop")["Stacks"][0]
    return {each["OutputKey"].removesuffix("Name"): each["OutputValue"] for each in stack["Outputs"]}
