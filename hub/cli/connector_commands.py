"""``hub connector``, whole: documents and their check at the partner's desk, and what the hub signed."""

from hub.cli.conformance import check
from hub.cli.conformance_reports import report, verify
from hub.cli.connector import app

app.command("check")(check)
app.command("report")(report)
app.command("verify")(verify)
