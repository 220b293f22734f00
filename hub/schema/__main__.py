"""Print the schema: ``python -m hub.schema > schema.graphql``."""

import sys

from hub.schema.schema import build_schema, printed

sys.stdout.write(printed(build_schema()))
