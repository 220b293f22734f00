-- The Standard Safeguarding Dataset tables that the simulated social care system holds: names are the dataset's.
-- The same text makes the tables on PostgreSQL and on SQLite.

create table ssd_person (
  pers_person_id varchar(100) primary key,
  pers_forename varchar(255),
  pers_surname varchar(255),
  pers_sex varchar(100),
  pers_gender varchar(100),
  pers_ethnicity varchar(100),
  pers_dob date,
  pers_common_child_id varchar(100),
  pers_legacy_id varchar(100),
  pers_upn_unknown varchar(100),
  pers_send_flag char(1),
  pers_expected_dob date,
  pers_death_date date,
  pers_is_mother char(1),
  pers_nationality varchar(100)
);

create table ssd_address (
  addr_table_id varchar(100) primary key,
  addr_address_json text,
  addr_person_id varchar(100),
  addr_address_type varchar(100),
  addr_address_start_date date,
  addr_address_end_date date,
  addr_address_postcode varchar(15)
);
create index ssd_address_addr_person_id on ssd_address (addr_person_id);

create table ssd_linked_identifiers (
  link_table_id varchar(100) primary key,
  link_person_id varchar(100),
  link_identifier_type varchar(100),
  link_identifier_value varchar(100),
  link_valid_from_date date,
  link_valid_to_date date
);
create index ssd_linked_identifiers_link_person_id on ssd_linked_identifiers (link_person_id);

create table ssd_send (
  send_table_id varchar(100) primary key,
  send_upn varchar(100),
  send_uln varchar(100),
  send_upn_unknown varchar(100),
  send_person_id varchar(100)
);
create index ssd_send_send_person_id on ssd_send (send_person_id);

create table ssd_family (
  fami_table_id varchar(100) primary key,
  fami_family_id varchar(100),
  fami_person_id varchar(100)
);
create index ssd_family_fami_person_id on ssd_family (fami_person_id);

create table ssd_mother (
  moth_table_id varchar(100) primary key,
  moth_person_id varchar(100),
  moth_childs_person_id varchar(100),
  moth_childs_dob date
);
create index ssd_mother_moth_person_id on ssd_mother (moth_person_id);
create index ssd_mother_moth_childs_person_id on ssd_mother (moth_childs_person_id);

create table ssd_department (
  dept_team_id varchar(100) primary key,
  dept_team_name varchar(255),
  dept_team_parent_id varchar(100),
  dept_team_parent_name varchar(255)
);

create table ssd_professionals (
  prof_professional_id varchar(100) primary key,
  prof_staff_id varchar(100),
  prof_professional_name varchar(255),
  prof_social_worker_registration_no varchar(100),
  prof_professional_job_title varchar(100),
  prof_professional_caseload integer,
  prof_professional_department varchar(100),
  prof_full_time_equivalency real,
  prof_agency_worker_flag char(1)
);

create table ssd_involvements (
  invo_involvements_id varchar(100) primary key,
  invo_professional_id varchar(100),
  invo_professional_role_id varchar(100),
  invo_professional_team varchar(100),
  invo_involvement_start_date date,
  invo_involvement_end_date date,
  invo_worker_change_reason varchar(255),
  invo_person_id varchar(100),
  invo_referral_id varchar(100)
);
create index ssd_involvements_invo_person_id on ssd_involvements (invo_person_id);

create table ssd_contacts (
  cont_contact_id varchar(100) primary key,
  cont_person_id varchar(100),
  cont_contact_date date,
  cont_contact_source_code varchar(100),
  cont_contact_source_desc varchar(255),
  cont_contact_outcome_json text
);
create index ssd_contacts_cont_person_id on ssd_contacts (cont_person_id);

create table ssd_cin_episodes (
  cine_referral_id varchar(100) primary key,
  cine_person_id varchar(100),
  cine_referral_date date,
  cine_cin_primary_need_code varchar(100),
  cine_referral_source_code varchar(100),
  cine_referral_source_desc varchar(255),
  cine_referral_outcome_json text,
  cine_referral_nfa char(1),
  cine_close_reason varchar(255),
  cine_close_date date,
  cine_referral_team varchar(100),
  cine_referral_worker_id varchar(100)
);
create index ssd_cin_episodes_cine_person_id on ssd_cin_episodes (cine_person_id);

create table ssd_cin_assessments (
  cina_assessment_id varchar(100) primary key,
  cina_person_id varchar(100),
  cina_referral_id varchar(100),
  cina_assessment_start_date date,
  cina_assessment_child_seen char(1),
  cina_assessment_auth_date date,
  cina_assessment_outcome_json text,
  cina_assessment_outcome_nfa char(1),
  cina_assessment_team varchar(100),
  cina_assessment_worker_id varchar(100)
);
create index ssd_cin_assessments_cina_person_id on ssd_cin_assessments (cina_person_id);

create table ssd_assessment_factors (
  cinf_table_id varchar(100) primary key,
  cinf_assessment_id varchar(100),
  cinf_assessment_factors_json text
);

create table ssd_cin_plans (
  cinp_cin_plan_id varchar(100) primary key,
  cinp_referral_id varchar(100),
  cinp_person_id varchar(100),
  cinp_cin_plan_start_date date,
  cinp_cin_plan_end_date date,
  cinp_cin_plan_team varchar(100),
  cinp_cin_plan_worker_id varchar(100)
);
create index ssd_cin_plans_cinp_person_id on ssd_cin_plans (cinp_person_id);

create table ssd_cin_visits (
  cinv_cin_visit_id varchar(100) primary key,
  cinv_person_id varchar(100),
  cinv_cin_visit_date date,
  cinv_cin_visit_seen char(1),
  cinv_cin_visit_seen_alone char(1),
  cinv_cin_visit_bedroom char(1)
);
create index ssd_cin_visits_cinv_person_id on ssd_cin_visits (cinv_person_id);

create table ssd_s47_enquiry (
  s47e_s47_enquiry_id varchar(100) primary key,
  s47e_referral_id varchar(100),
  s47e_person_id varchar(100),
  s47e_s47_start_date date,
  s47e_s47_end_date date,
  s47e_s47_nfa char(1),
  s47e_s47_outcome_json text,
  s47e_s47_completed_by_worker_id varchar(100),
  s47e_s47_completed_by_team varchar(100)
);
create index ssd_s47_enquiry_s47e_person_id on ssd_s47_enquiry (s47e_person_id);

create table ssd_initial_cp_conference (
  icpc_icpc_id varchar(100) primary key,
  icpc_icpc_meeting_id varchar(100),
  icpc_s47_enquiry_id varchar(100),
  icpc_person_id varchar(100),
  icpc_cp_plan_id varchar(100),
  icpc_referral_id varchar(100),
  icpc_icpc_transfer_in char(1),
  icpc_icpc_target_date date,
  icpc_icpc_date date,
  icpc_icpc_outcome_cp_flag char(1),
  icpc_icpc_outcome_json text,
  icpc_icpc_team varchar(100),
  icpc_icpc_worker_id varchar(100)
);
create index ssd_initial_cp_conference_icpc_person_id on ssd_initial_cp_conference (icpc_person_id);

create table ssd_cp_plans (
  cppl_cp_plan_id varchar(100) primary key,
  cppl_referral_id varchar(100),
  cppl_icpc_id varchar(100),
  cppl_person_id varchar(100),
  cppl_cp_plan_start_date date,
  cppl_cp_plan_end_date date,
  cppl_cp_plan_initial_category varchar(100),
  cppl_cp_plan_ola varchar(100),
  cppl_cp_plan_latest_category varchar(100)
);
create index ssd_cp_plans_cppl_person_id on ssd_cp_plans (cppl_person_id);

create table ssd_cp_reviews (
  cppr_cp_review_id varchar(100) primary key,
  cppr_person_id varchar(100),
  cppr_cp_plan_id varchar(100),
  cppr_cp_review_due date,
  cppr_cp_review_date date,
  cppr_cp_review_meeting_id varchar(100),
  cppr_cp_review_outcome_continue_cp char(1),
  cppr_cp_review_quorate char(1),
  cppr_cp_review_participation varchar(100)
);
create index ssd_cp_reviews_cppr_person_id on ssd_cp_reviews (cppr_person_id);

create table ssd_cp_visits (
  cppv_cp_visit_id varchar(100) primary key,
  cppv_person_id varchar(100),
  cppv_cp_plan_id varchar(100),
  cppv_cp_visit_date date,
  cppv_cp_visit_seen char(1),
  cppv_cp_visit_seen_alone char(1),
  cppv_cp_visit_bedroom char(1)
);
create index ssd_cp_visits_cppv_person_id on ssd_cp_visits (cppv_person_id);

create table ssd_cla_episodes (
  clae_cla_episode_id varchar(100) primary key,
  clae_person_id varchar(100),
  clae_cla_episode_start_date date,
  clae_cla_episode_start_reason varchar(255),
  clae_cla_primary_need_code varchar(100),
  clae_cla_episode_ceased_date date,
  clae_cla_episode_ceased_reason varchar(255),
  clae_cla_id varchar(100),
  clae_referral_id varchar(100),
  clae_cla_placement_id varchar(100),
  clae_entered_care_date date,
  clae_cla_last_iro_contact_date date
);
create index ssd_cla_episodes_clae_person_id on ssd_cla_episodes (clae_person_id);

create table ssd_cla_placement (
  clap_cla_placement_id varchar(100) primary key,
  clap_cla_placement_start_date date,
  clap_cla_placement_type varchar(100),
  clap_cla_placement_urn varchar(100),
  clap_cla_placement_distance real,
  clap_cla_id varchar(100),
  clap_cla_placement_provider varchar(100),
  clap_cla_placement_postcode varchar(100),
  clap_cla_placement_end_date date,
  clap_cla_placement_change_reason varchar(255),
  clap_person_id varchar(100)
);
create index ssd_cla_placement_clap_person_id on ssd_cla_placement (clap_person_id);

create table ssd_cla_visits (
  clav_cla_visit_id varchar(100) primary key,
  clav_cla_id varchar(100),
  clav_person_id varchar(100),
  clav_cla_visit_date date,
  clav_cla_visit_seen char(1),
  clav_cla_visit_seen_alone char(1)
);
create index ssd_cla_visits_clav_person_id on ssd_cla_visits (clav_person_id);

create table ssd_legal_status (
  lega_legal_status_id varchar(100) primary key,
  lega_person_id varchar(100),
  lega_legal_status varchar(100),
  lega_legal_status_start_date date,
  lega_legal_status_end_date date
);
create index ssd_legal_status_lega_person_id on ssd_legal_status (lega_person_id);

create table ssd_missing (
  miss_table_id varchar(100) primary key,
  miss_person_id varchar(100),
  miss_missing_episode_start_date timestamp,
  miss_missing_episode_type varchar(100),
  miss_missing_episode_end_date timestamp,
  miss_missing_rhi_offered char(1),
  miss_missing_rhi_accepted char(1)
);
create index ssd_missing_miss_person_id on ssd_missing (miss_person_id);

create table ssd_early_help_episodes (
  earl_episode_id varchar(100) primary key,
  earl_person_id varchar(100),
  earl_episode_start_date date,
  earl_episode_end_date date,
  earl_episode_reason varchar(255),
  earl_episode_end_reason varchar(255),
  earl_episode_organisation varchar(255),
  earl_episode_worker_id varchar(100)
);
create index ssd_early_help_episodes_earl_person_id on ssd_early_help_episodes (earl_person_id);

create table ssd_permanence (
  perm_table_id varchar(100) primary key,
  perm_person_id varchar(100),
  perm_cla_id varchar(100),
  perm_adm_decision_date date,
  perm_ffa_cp_decision_date date,
  perm_placement_order_date date,
  perm_placed_for_adoption_date date,
  perm_matched_date date,
  perm_adopted_by_carer_flag char(1),
  perm_placed_ffa_cp_date date,
  perm_decision_reversed_date date,
  perm_placed_foster_carer_date date,
  perm_part_of_sibling_group varchar(100),
  perm_siblings_placed_together varchar(100),
  perm_siblings_placed_apart varchar(100),
  perm_placement_provider_urn varchar(100),
  perm_decision_reversed_reason varchar(255),
  perm_permanence_order_date date,
  perm_permanence_order_type varchar(100),
  perm_adoption_worker_id varchar(100),
  perm_adopter_sex varchar(100),
  perm_adopter_legal_status varchar(100),
  perm_number_of_adopters integer
);
create index ssd_permanence_perm_person_id on ssd_permanence (perm_person_id);

create table ssd_cla_previous_permanence (
  lapp_table_id varchar(100) primary key,
  lapp_person_id varchar(100),
  lapp_previous_permanence_order_date date,
  lapp_previous_permanence_option varchar(100),
  lapp_previous_permanence_la varchar(100)
);
create index ssd_cla_previous_permanence_lapp_person_id on ssd_cla_previous_permanence (lapp_person_id);

create index ssd_person_common_child_id on ssd_person (pers_common_child_id);
create index ssd_person_name on ssd_person (lower(pers_surname), pers_dob);
create index ssd_linked_identifiers_value on ssd_linked_identifiers (link_identifier_type, link_identifier_value);
create index ssd_send_upn on ssd_send (send_upn);
create index ssd_assessment_factors_assessment on ssd_assessment_factors (cinf_assessment_id);
create index ssd_family_family_id on ssd_family (fami_family_id);
