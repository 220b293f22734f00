"""The operations of review that the command line sends."""

STORY = """
query Story($id: ID!) {
  enquiryStory(id: $id) {
    enquiryId openedAt openedBy agency organisation roles purpose urgency referred whole differences
    steps {
      index at kind stage outcome says principal agency organisation roles brokenGlass words partOfReview
      rulings { rule says }
      sources {
        source state categories recordCount agreement
        rulings { rule says } withheld { category count rulings { rule says } }
      }
    }
  }
}
"""

_LINE = """
fragment line on AuditWorkItem {
  id enquiryId principal agency roles purpose since until priority score waiting
  findings { rule reason priority entries } verdicts { judgement reason by at }
}
"""

WORK_LIST = f"""
query WorkList($first: Int, $after: String, $filter: AuditWorkFilter) {{
  auditWorkList(first: $first, after: $after, filter: $filter) {{
    total edges {{ cursor node {{ ...line }} }} pageInfo {{ hasNextPage endCursor }} samples {{ month key }}
  }}
}}
{_LINE}
"""

VERDICT = f"""
mutation Verdict($input: RecordVerdictInput!) {{ recordVerdict(input: $input) {{ ...line }} }}
{_LINE}
"""

STATISTICS = """
query Statistics($from: DateTime, $to: DateTime, $by: StatisticsBy!) {
  auditStatistics(from: $from, to: $to, by: $by) {
    from to by figures {
      of enquiries people questions disclosures refusals brokenGlass glassWithoutVerdict findsWithoutView medianSeconds
      small refusedBy { name count } withheldBy { name count } verdicts { name count }
    }
  }
}
"""

FLAGS = "query Flags { personFlags { id kind flaggedBy flaggedAt } }"
FLAG = "mutation Flag($input: FlagPersonInput!) { flagPerson(input: $input) { id kind flaggedBy flaggedAt } }"
LIFT = "mutation Lift($id: ID!) { liftFlag(id: $id) }"
NOTE_STAFF = "mutation Staff($staff: [StaffInput!]!) { noteStaff(staff: $staff) }"
FORGET_STAFF = "mutation Forget($principal: String!) { forgetStaff(principal: $principal) }"
