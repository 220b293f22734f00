"""The contract's whole combined view, every field of it, and what surrounds it."""

FULL_VIEW = """
query View($id: ID!) {
  combinedChildView(enquiryId: $id) {
    enquiry {
      id purpose reason urgency openedBy { id name agency roles } openedAt expiresAt state brokenGlassUntil
    }
    child {
      nhsNumber { ...text } names { ...text } birthDates { ...text } addresses { ...text } conflicts
    }
    sources { ...answer }
    alerts { ...finding }
    serviceEpisodes { ...episode }
    findings { ...finding }
    lifeEvents(first: 50) {
      edges { cursor node { source type label at detail tier about } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
    network { name relationship sources { ...answer } findings { ...finding } serviceEpisodes { ...episode } }
    withheld { source category count reasons contact }
    policyVersion
    receipt { intentIndex outcomeIndex }
    generatedAt
  }
}
fragment text on SourcedText { value source asOf }
fragment source on Source { id name agency kind state contact coverage }
fragment answer on SourceAnswer { source { ...source } state asOf elapsedMs recordCount explanation }
fragment finding on Finding { source type label from to detail tier about }
fragment episode on ServiceEpisode {
  source type label service organisation professionals { name role contact } from to open tier about
}
"""
