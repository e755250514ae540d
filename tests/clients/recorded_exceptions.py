"""Where our answers differ from the recorded ones of the real AWS (aws_recorded.py), and why."""

# records that no call of ours can answer: glob, why
NOT_PLAYED = [
    ('TestACM::test_create_certificate_for_multiple_alternative_domains',
     'ACM refused the domain after a while, for reasons of its own'),
    ('TestACM::test_certificate_for_subdomain_wildcard',
     'recorded over the months in which somebody validated the domain'),
    ('TestACM::*imported_certificate', 'the certificate that was imported is not in the record'),
    ('TestACM::test_import_certificate', 'the certificate that was imported is not in the record'),
]

# differences that are meant: record, path, why
KNOWN = [
    ('TestACM::*', 'describe-certificate.Certificate.KeyAlgorithm',
     'AWS writes RSA-2048, which is no value of its own model; ours is'),
    ('TestACM::*', 'list-certificates-with-key-types.CertificateSummaryList[0].KeyAlgorithm',
     'AWS writes RSA-2048, which is no value of its own model; ours is'),
    ('*test_service_role_lifecycle*', 'describe-response.Role.RoleLastUsed.LastUsedDate',
     'the account had this role before, and the service uses it'),
    ('*test_service_role_lifecycle*', 'describe-response.Role.RoleLastUsed.Region',
     'the account had this role before, and the service uses it'),
    ('*test_service_role_lifecycle*', 'describe-response.Role.Description',
     'the account had this role before: the service made it, and described it'),
    ('TestIAMIntegrations::test_*_attach_policy', 'non_existent_malformed_policy_arn.Error.Message',
     'AWS said it so in 2025; in 2026 LocalStack recorded what is answered here'),
    ('TestIAMIntegrations::test_*_attach_policy', 'existing_policy_name_provided.Error.Message',
     'AWS said it so in 2025; in 2026 LocalStack recorded what is answered here'),
    ('*test_ec2_flow_logs_s3', 'create-flow-logs-s3-subfolder.ClientToken',
     'of two calls without a token AWS gave both the same; what it makes it of is not known'),
]
