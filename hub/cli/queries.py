"""The operations that the command line sends."""

OPEN = """
mutation Open($input: OpenEnquiryInput!) { openEnquiry(input: $input) { id purpose expiresAt state } }
"""

VIEW = """
query View($id: ID!) {
  combinedChildView(enquiryId: $id) {
    enquiry { id purpose urgency expiresAt }
    child {
      nhsNumber { ...told } names { ...told } birthDates { ...told } addresses { ...told } conflicts
    }
    sources { ...answered }
    alerts { ...found }
    serviceEpisodes { ...worked }
    findings { ...found }
    lifeEvents { edges { node { source about type label at detail tier } } pageInfo { hasNextPage } }
    network { name relationship sources { ...answered } findings { ...found } serviceEpisodes { ...worked } }
    withheld { source category count reasons contact }
    policyVersion
    receipt { intentIndex outcomeIndex }
    generatedAt
  }
}
fragment told on SourcedText { value source asOf }
fragment answered on SourceAnswer {
  source { id name contact } state asOf elapsedMs recordCount explanation
}
fragment found on Finding { source about type label from to detail tier }
fragment worked on ServiceEpisode {
  source type label service organisation professionals { name role contact } from to open tier
}
"""

ENTRIES = """
query Entries($first: Int, $after: String) {
  auditEntries(first: $first, after: $after) {
    edges { cursor node {
      index at kind principal agency roles purpose enquiryId outcome reasons policyVersion
      sources { source state categories recordCount }
    } }
    pageInfo { hasNextPage endCursor }
  }
}
"""

GLASS = """
query Glass { breakGlassReviews { id enquiryId purpose openedBy at until reason } }
"""
