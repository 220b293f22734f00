"""The operations of ``hub source``."""

_WHOLE = """
fragment whole on Registration {
  id source version name agency kind state origin digest registeredBy registeredAt changedBy changedAt reason stoppedBy
  history { before after by at reason side lifted }
  conformance { id passed at doubt report }
  differences { path before after widens says }
}
"""
LIST = """
query List { registrations {
  id source version name agency state origin registeredBy changedBy changedAt reason stoppedBy conformance { passed at }
} }
"""
SHOW = f"query Show($source: ID!) {{ registrations(source: $source) {{ ...whole }} }} {_WHOLE}"
HEALTH = """
query Health($source: ID!, $hours: Int!) {
  sourceHealth(source: $source, hours: $hours) {
    hour calls answered meanMs slowestMs outcomes { outcome calls }
  }
}
"""
REGISTER = "mutation Register($input: RegisterSourceInput!) { registerSource(input: $input) { id state } }"
SECRET = "mutation Secret($input: SetSourceSecretInput!) { setSourceSecret(input: $input) { id } }"  # noqa: S105
ACTS = {
    "submit": "mutation Submit($id: ID!) { submitSource(id: $id) { id } }",
    "test": "mutation Test($id: ID!) { testSource(id: $id) { id conformance { id } } }",
    "approve": "mutation Approve($id: ID!) { approveSource(id: $id) { id } }",
    "activate": "mutation Activate($id: ID!) { activateSource(id: $id) { id } }",
    "suspend": "mutation Suspend($id: ID!, $reason: String!) { suspendSource(id: $id, reason: $reason) { id } }",
    "resume": "mutation Resume($id: ID!, $reason: String!) { resumeSource(id: $id, reason: $reason) { id } }",
    "retire": "mutation Retire($id: ID!, $reason: String!) { retireSource(id: $id, reason: $reason) { id } }",
}
