"""The extension's entry: Blender calls register() and unregister(); imports wait for that."""


def register() -> None:
    from .addon import registration

    registration.register()


def unregister() -> None:
    from .addon import registration

    registration.unregister()
