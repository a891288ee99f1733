"""What every operator answers alike: why its button is disabled, and an error as sentence and remedy."""

from ..addon.translations import say, told
from ..backend.errors import PropsmithError


def allowed(operator, why):
    """The answer of `poll`: whether nothing speaks against it. `why`, if any, stands in the disabled button's tooltip."""
    if why:
        operator.poll_message_set(say(why))
    return not why


def attempt(operator, call):
    """Run `call` and finish, or answer as it does; an error of ours goes to the user as sentence and remedy, and cancels."""
    try:
        return call() or {"FINISHED"}
    except PropsmithError as error:
        operator.report({"ERROR"}, told(error))
        return {"CANCELLED"}
