"""The operations that the command line sends."""

OPEN = """
mutation Open($input: OpenEnquiryInput!) { openEnquiry(input: $input) { id purpose expiresAt state } }
"""

VIEW = """
query View($id: ID!) {
  combinedChildView(enquiryId: $id) {
    enquiry { id purpose urgency expiresAt }
    child {
      nhsNumber { ...told } upn { ...told } names { ...told } otherNames { ...told } birthDates { ...told }
      addresses { ...told } phones { ...told } schools { ...told } conflicts
    }
    sources { ...answered }
    alerts { ...found }
    serviceEpisodes { ...worked }
    findings { ...found }
    lifeEvents { edges { node { source about type label at detail tier handling } } pageInfo { hasNextPage } }
    network {
      name relationship relationships { source relationship } birthDates { ...told } conflicts possiblySameAs handling
      sources { ...answered } findings { ...found } serviceEpisodes { ...worked }
    }
    withheld { source category count reasons stoppedBy contact }
    policyVersion
    receipt { intentIndex outcomeIndex }
    generatedAt
  }
}
fragment told on SourcedText { value source asOf }
fragment answered on SourceAnswer {
  source { id name contact } state asOf elapsedMs recordCount explanation waiting conditions
  deciding { who by reference }
}
fragment found on Finding { source about type label from to detail tier handling }
fragment worked on ServiceEpisode {
  source type label service organisation professionals { name role contact } from to open tier handling
}
"""

ENTRIES = """
query Entries($first: Int, $after: String, $filter: AuditFilter) {
  auditEntries(first: $first, after: $after, filter: $filter) {
    edges { cursor node {
      index at kind requestId principal agency roles purpose enquiryId outcome reasons policyVersion
      sources { source state categories recordCount }
    } }
    pageInfo { hasNextPage endCursor }
  }
}
"""

GLASS = """
query Glass { breakGlassReviews { id enquiryId purpose openedBy at until reason } }
"""

_FOUND = """
fragment found on FindResult {
  enquiryId
  sources {
    source { id name contact } state match explanation steps { step found }
    candidates { ...one } rejected { ...one }
  }
}
fragment one on Candidate {
  id givenName familyName birthDate score probability linked
  why { attribute comparison weight }
  decision { decision by at stands reason }
}
"""

FIND = f"""
query Find($id: ID!, $widen: Boolean) {{ findSubject(enquiryId: $id, widen: $widen) {{ ...found }} }}
{_FOUND}
"""

CONFIRM = f"""
mutation Confirm($input: MatchDecisionInput!) {{ confirmMatch(input: $input) {{ ...found }} }}
{_FOUND}
"""

REJECT = f"""
mutation Reject($input: MatchDecisionInput!) {{ rejectMatch(input: $input) {{ ...found }} }}
{_FOUND}
"""

_CLIENT = """
fragment client on PartnerClient {
  id state agency organisation sources keyIds enrolledBy enrolledAt changedAt reason
}
"""

CLIENTS = "query Clients { clients { ...client } }" + _CLIENT

ENROL = "mutation Enrol($input: EnrolClientInput!) { enrolClient(input: $input) { ...client } }" + _CLIENT

REVOKE_CLIENT = (
    "mutation Revoke($id: ID!, $reason: String!) { revokeClient(id: $id, reason: $reason) { ...client } }" + _CLIENT
)

REPLAY = """
query Replay($index: Int!, $under: String, $policies: String) {
  replayDecision(index: $index, under: $under, policies: $policies) {
    index at kind roles agency purpose outcome recordedVersion under state
    findings { kind says source names }
    differences { effect source about categories asked recorded { policy says } decided { policy says } }
    policies { policy says recorded decided agrees }
  }
}
"""

REPLAYS = """
query Replays($period: ReplayPeriod, $under: String, $policies: String, $after: String) {
  replayDecisions(period: $period, under: $under, policies: $policies, after: $after) {
    agrees differs notEnough last endCursor hasNextPage
    groups {
      what purpose roles agency source about categories says names decisions example
      recorded { policy says } decided { policy says }
    }
  }
}
"""
