"""Content filters and blocklists."""

from modelyard.config.codes.code import error, note, warning

CODES = (
    error(
        "config.content-filter-unknown",
        "Unknown content filter",
        "ARM was seen to accept the name of a content filter that doesn't exist; the deployment is then filtered "
        "otherwise than its file says.",
    ),
    error(
        "config.content-filter-empty",
        "Content filter without a filter",
        "ARM refuses a policy whose content filters are missing (captured: Content filters cannot be null).",
    ),
    error(
        "config.filter-without-severity",
        "Severity on a filter that has none",
        "Only the four kinds of harm are graded. Other filters find something or don't, and ARM has no threshold for "
        "them.",
    ),
    note(
        "config.filter-inferred",
        "Filter that no Microsoft source shows at this point",
        "No source of Microsoft's shows this filter at this point of a conversation: it is inferred from similar ones, "
        "or other people's configurations have it there.",
    ),
    note(
        "config.filter-needs-approval",
        "Filter that needs Azure's approval",
        "Switching the filters of harm off, or letting them annotate only, takes an approval by Microsoft for the "
        "subscription; without it Azure refuses the policy.",
    ),
    warning(
        "config.filter-mode-deprecated",
        "Deprecated name of a filter mode",
        "From API version 2025-06-01 on, Deferred is called Asynchronous_filter.",
    ),
    error(
        "config.blocklist-unknown",
        "Unknown blocklist",
        "A content filter can only use a blocklist of its own account.",
    ),
    warning(
        "config.blocklist-not-applied",
        "Blocklist on a model that does not support it",
        "Microsoft documents blocklists for Azure OpenAI's models only, so the words may pass here.",
    ),
    error(
        "config.entry-text-or-regex",
        "Blocklist entry needs either a text or a regular expression",
        "An entry of a blocklist is compared as text or as a regular expression; ARM needs to be told which.",
    ),
    error(
        "config.regex-not-valid",
        "Invalid regular expression",
        "An expression that can't be read blocks nothing, or is refused minutes into a deployment.",
    ),
    error(
        "config.pattern-matches-everything",
        "Blocklist entry that matches everything",
        "An entry that matches the empty text blocks every message.",
    ),
)
