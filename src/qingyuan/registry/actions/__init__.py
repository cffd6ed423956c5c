"""What people do with the register. One function is one button."""

from qingyuan.registry.actions.branching import end_main, set_main
from qingyuan.registry.actions.channels import correct_channel, remove_channel
from qingyuan.registry.actions.coding import end_code, file_code_list, give_code, take_code
from qingyuan.registry.actions.correcting import change_unit, correct, withdraw_entries
from qingyuan.registry.actions.deciding import classify, fix_party, open_tracing, propose_type, suggest_type, verify
from qingyuan.registry.actions.entering import NewOutlet, bring_in, enter_many, register, register_lead, register_many
from qingyuan.registry.actions.filing import add_channel, enter_fact, file_paper, retract_fact
from qingyuan.registry.actions.following import (
    count_under_flags,
    follow_waters,
    place_in_zones,
    place_some_in_zones,
)
from qingyuan.registry.actions.moving import Advance, advance, advance_many
from qingyuan.registry.actions.proposing import propose_anew, propose_party
from qingyuan.registry.actions.publishing import publish_version
from qingyuan.registry.actions.resolving import keep_apart, resolve_duplicate, undo_resolve
from qingyuan.registry.actions.together import Errand, do_one, do_together
from qingyuan.registry.actions.viewing import delete_view, pass_views, rename_view, save_view, views_named, views_of

__all__ = [
    "Advance",
    "Errand",
    "NewOutlet",
    "add_channel",
    "advance",
    "advance_many",
    "bring_in",
    "change_unit",
    "classify",
    "correct",
    "correct_channel",
    "count_under_flags",
    "delete_view",
    "do_one",
    "do_together",
    "end_code",
    "end_main",
    "enter_fact",
    "enter_many",
    "file_code_list",
    "file_paper",
    "fix_party",
    "follow_waters",
    "give_code",
    "keep_apart",
    "open_tracing",
    "pass_views",
    "place_in_zones",
    "place_some_in_zones",
    "propose_anew",
    "propose_party",
    "propose_type",
    "publish_version",
    "register",
    "register_lead",
    "register_many",
    "remove_channel",
    "rename_view",
    "resolve_duplicate",
    "retract_fact",
    "save_view",
    "set_main",
    "suggest_type",
    "take_code",
    "undo_resolve",
    "verify",
    "views_named",
    "views_of",
    "withdraw_entries",
]
