"""What the real AWS answered, played again against `skyrig serve`, with boto3.

The records are data beside the tree (skipped without them). They hold answers, not calls: the calls
are here, a function for each record, named by the end of the record's name. Every record is either
played or named in NOT_PLAYED with the reason; what differs from AWS stands in KNOWN, with why: both
in recorded_exceptions.py.
"""

import fnmatch
import json
import os
import sys
import unittest

import rig
from recorded import Comparison, answer
from recorded_exceptions import KNOWN, NOT_PLAYED

FOLDER = os.path.join(os.environ['SKYRIG_SOURCE'], '..', 'shared', 'data', 'aws-recorded')
REGION = 'us-east-1'  # where they were recorded

PLAYED = {}


def plays(name):
    def register(function):
        PLAYED[name] = function
        return function
    return register


def load(service):
    with open(os.path.join(FOLDER, service + '.json'), encoding='utf-8') as stream:
        return {name.split('::', 1)[1]: record['recorded-content']
                for name, record in json.load(stream).items()}


def trust(principal, **more):
    return json.dumps({'Version': '2012-10-17', 'Statement': [dict(
        {'Effect': 'Allow', 'Principal': principal, 'Action': 'sts:AssumeRole'}, **more)]})


SERVICE = {'Service': 'ec2.amazonaws.com'}
ENCODED = 'arn%%3Aaws%%3Aapigateway%%3A%s%%3A%%3A%%2Frestapis%%2Faaeeieije' % REGION
INLINE = json.dumps({'Version': '2012-10-17', 'Statement': [
    {'Effect': 'Allow', 'Action': ['apigatway:PUT'],
     'Resource': ['arn:aws:apigateway:%s::/tags/%s' % (REGION, ENCODED)]}]})

# ---- EC2


@plays('TestEc2Integrations::test_create_route_table_association')
def route_table_association(aws):
    ec2 = aws('ec2')
    vpc = ec2.create_vpc(CidrBlock='10.0.0.0/16')['Vpc']['VpcId']
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock='10.0.0.0/24')['Subnet']['SubnetId']
    table = ec2.create_route_table(VpcId=vpc)['RouteTable']['RouteTableId']
    association = ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)['AssociationId']
    found = answer(ec2.describe_route_tables, Filters=[
        {'Name': 'association.route-table-association-id', 'Values': [association]}])
    return {'vpc_id': vpc, 'subnet_id': subnet, 'route_table_id': table,
            'association_id': association, 'route_tables': found['RouteTables']}


@plays('TestEc2Integrations::test_vcp_peering_difference_regions')
def peering(aws):
    here, there = aws('ec2'), aws('ec2', region='us-east-2')
    ours = here.create_vpc(CidrBlock='192.168.1.0/24')['Vpc']['VpcId']
    theirs = there.create_vpc(CidrBlock='192.168.2.0/24')['Vpc']['VpcId']
    made = here.create_vpc_peering_connection(VpcId=ours, PeerVpcId=theirs,
                                              PeerRegion='us-east-2')['VpcPeeringConnection']
    ids = {'VpcPeeringConnectionIds': [made['VpcPeeringConnectionId']]}
    result = {'vpc1': {'region': REGION, 'vpc-id': ours},
              'vpc2': {'region': 'us-east-2', 'vpc-id': theirs},
              'peering-connection-id': made['VpcPeeringConnectionId'],
              'pending-acceptance': answer(here.describe_vpc_peering_connections, **ids)}
    there.accept_vpc_peering_connection(VpcPeeringConnectionId=made['VpcPeeringConnectionId'])
    result['requester-peer'] = answer(here.describe_vpc_peering_connections, **ids)
    result['accepter-peer'] = answer(there.describe_vpc_peering_connections, **ids)
    return result


def flow_log(resource, **params):
    return dict({'ResourceIds': [resource], 'ResourceType': 'VPC', 'TrafficType': 'ALL'}, **params)


@plays('TestEc2Integrations::test_describe_vpn_gateways_filter_by_vpc')
def gateways_of_a_vpc(aws):
    ec2 = aws('ec2')
    vpc = ec2.create_vpc(CidrBlock='10.0.0.0/16')['Vpc']['VpcId']
    made = answer(ec2.create_vpn_gateway, Type='ipsec.1', AmazonSideAsn=64512)
    gateway = made['VpnGateway']['VpnGatewayId']
    ec2.attach_vpn_gateway(VpnGatewayId=gateway, VpcId=vpc)
    found = answer(ec2.describe_vpn_gateways, Filters=[
        {'Name': 'attachment.vpc-id', 'Values': [vpc]}])
    return {'vpc-id': vpc, 'gateway': made, 'attached-gateway': found['VpnGateways'][0]}


@plays('TestEc2FlowLogs::test_ec2_flow_logs_s3')
def flow_logs(aws):
    ec2 = aws('ec2')
    aws('s3').create_bucket(Bucket='bucket')
    vpc = ec2.create_vpc(CidrBlock='10.0.0.0/24')['Vpc']['VpcId']
    made = answer(ec2.create_flow_logs, **flow_log(
        vpc, LogDestinationType='s3', LogDestination='arn:aws:s3:::bucket'))
    found = answer(ec2.describe_flow_logs, FlowLogIds=made.get('FlowLogIds', []))
    below = answer(ec2.create_flow_logs, **flow_log(
        vpc, LogDestinationType='s3', LogDestination='arn:aws:s3:::bucket/logs'))
    return {'create-flow-logs-s3': made, 'describe-flow-logs': found,
            'create-flow-logs-s3-subfolder': below}


@plays('TestEc2FlowLogs::test_ec2_flow_logs_s3_validation')
def flow_logs_refused(aws):
    ec2 = aws('ec2')
    vpc = ec2.create_vpc(CidrBlock='10.0.0.0/24')['Vpc']['VpcId']
    return {
        'non-existent-bucket': answer(ec2.create_flow_logs, **flow_log(
            vpc, LogDestinationType='s3', LogDestination='arn:aws:s3:::no-such-bucket')),
        'with-log-group-name': answer(ec2.create_flow_logs, **flow_log(
            vpc, LogDestinationType='s3', LogGroupName='g',
            LogDestination='arn:aws:s3:::bucket')),
        'no-log-destination': answer(ec2.create_flow_logs, **flow_log(
            vpc, LogDestinationType='s3')),
        'log-group-name-s3-destination': answer(ec2.create_flow_logs, **flow_log(
            vpc, LogDestinationType='s3', LogGroupName='g')),
    }


@plays('TestEc2Integrations::test_get_security_groups_for_vpc')
def groups_for_vpc(aws):
    ec2 = aws('ec2')
    made = answer(ec2.create_vpc, CidrBlock='10.0.0.0/16', TagSpecifications=[
        {'ResourceType': 'vpc', 'Tags': [{'Key': 'test-key', 'Value': 'test-value'}]}])
    vpc = made['Vpc']['VpcId']
    before = answer(ec2.get_security_groups_for_vpc, VpcId=vpc)
    group = answer(ec2.create_security_group, VpcId=vpc, GroupName='g',
                   Description='Description for g')
    return {'create_vpc_response': made, 'get_security_groups_for_vpc': before,
            'create_security_group': group, 'get_security_groups_for_vpc_after_addition':
            answer(ec2.get_security_groups_for_vpc, VpcId=vpc)}


@plays('test_describe_availability_zones_filter_with_zone_names')
def zones_by_name(aws):
    return {'availability_zones': answer(aws('ec2').describe_availability_zones,
                                         ZoneNames=[REGION + 'a'])}


@plays('test_describe_availability_zones_filter_with_zone_ids')
def zones_by_id(aws):
    return {'availability_zones': answer(aws('ec2').describe_availability_zones,
                                         ZoneIds=['use1-az1'])}


@plays('test_describe_availability_zones_filters')
def zones_by_filter(aws):
    return {'availability_zones': answer(aws('ec2').describe_availability_zones, Filters=[
        {'Name': 'zone-name', 'Values': [REGION + 'a']}])}


@plays('test_raise_create_volume_without_size')
def volume_without_size(aws):
    return {'request-missing-size': answer(aws('ec2').create_volume,
                                           AvailabilityZone=REGION + 'a')}


@plays('TestEc2Integrations::test_vpc_endpoint_dns_names')
def endpoint_names(aws):
    ec2 = aws('ec2')
    vpc = ec2.create_vpc(CidrBlock='10.0.0.0/16')['Vpc']['VpcId']
    for attribute in ('EnableDnsSupport', 'EnableDnsHostnames'):
        ec2.modify_vpc_attribute(VpcId=vpc, **{attribute: {'Value': True}})
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock='10.0.0.0/24')['Subnet']['SubnetId']
    made = ec2.create_vpc_endpoint(VpcId=vpc, VpcEndpointType='Interface', SubnetIds=[subnet],
                                   ServiceName='com.amazonaws.%s.execute-api' % REGION)
    found = answer(ec2.describe_vpc_endpoints,
                   VpcEndpointIds=[made['VpcEndpoint']['VpcEndpointId']])['VpcEndpoints'][0]
    found['PolicyDocument'] = json.loads(found['PolicyDocument'])
    name = ([entry['DnsName'] for entry in found['DnsEntries']] or ['no-names'])[0]
    return {'host': 'amazonaws.com', 'subnet-id': subnet,
            'dns-suffix': name.split('.')[0].rsplit('-', 1)[-1],
            'network-interface-id': found['NetworkInterfaceIds'][0], 'available-endpoint': found}


# ---- STS


@plays('TestSTSIntegrations::test_get_federation_token')
def federation_token(aws):
    return {'get-federation-token': answer(aws('sts').get_federation_token, Name='name',
                                           DurationSeconds=900)}


def caller_role(aws, name, **more):
    return answer(aws('iam').create_role, RoleName=name,
                  AssumeRolePolicyDocument=trust({'AWS': '123456789012'}, **more))


@plays('TestSTSIntegrations::test_assume_role')
def assume_role(aws):
    role = caller_role(aws, 'r')
    return {'role-session-name': {'RoleSessionName': 'session'}, 'create-role': role,
            'assume-role': answer(aws('sts').assume_role, RoleArn=role['Role']['Arn'],
                                  RoleSessionName='session')}


TAGGING = {'Action': ['sts:AssumeRole', 'sts:TagSession']}


@plays('TestSTSAssumeRoleTagging::test_assume_role_tag_validation')
def session_tags(aws):
    role, sts = caller_role(aws, 'r', **TAGGING), aws('sts')
    asked = {'RoleArn': role['Role']['Arn'], 'RoleSessionName': 'session'}
    return {
        'role-1': role,
        'invalid-transitive-tag-keys': answer(
            sts.assume_role, Tags=[{'Key': 'a', 'Value': 'b'}], TransitiveTagKeys=['c'], **asked),
        'duplicate-tag-keys-different-casing': answer(
            sts.assume_role, Tags=[{'Key': 'a', 'Value': 'b'}, {'Key': 'A', 'Value': 'b'}],
            **asked),
    }


@plays('TestSTSAssumeRoleTagging::test_iam_role_chaining_override_transitive_tags')
def transitive_tags(aws):
    one, two = caller_role(aws, 'r1', **TAGGING), caller_role(aws, 'r2', **TAGGING)
    session = aws('sts').assume_role(RoleArn=one['Role']['Arn'], RoleSessionName='session',
                                     Tags=[{'Key': 'a', 'Value': 'b'}],
                                     TransitiveTagKeys=['a'])['Credentials']
    sts = aws('sts', key=session['AccessKeyId'], secret=session['SecretAccessKey'],
              token=session['SessionToken'])
    asked = {'RoleArn': two['Role']['Arn'], 'RoleSessionName': 'second'}
    return {'role-1': one, 'role-2': two,
            'override-transitive-tag-error': answer(
                sts.assume_role, Tags=[{'Key': 'a', 'Value': 'c'}], **asked),
            'override-transitive-tag-case-ignore-error': answer(
                sts.assume_role, Tags=[{'Key': 'A', 'Value': 'c'}], **asked)}


@plays('TestSTSIntegrations::test_sts_invalid_parameters')
def bad_role_arns(aws):
    sts, arns = aws('sts'), {
        'malformed-arn': 'nothing-valid-in-here', 'no-partition': 'arn::b:::something/test-role',
        'no-service': 'arn:a::::something/test-role',
        'not-enough-colons': 'arn:a:::something/test-role', 'no-resource': 'arn:a:a::aaaaaaaaaa:'}
    result = {name: answer(sts.assume_role, RoleArn=arn, RoleSessionName='session')
              for name, arn in arns.items()}
    result['invalid-session-name'] = answer(
        sts.assume_role, RoleArn='arn:aws:iam::123456789012:role/r', RoleSessionName='Session1:2')
    return result


# ---- IAM: roles


@plays('TestIAMIntegrations::test_update_assume_role_policy')
def update_trust(aws):
    iam = aws('iam')
    policy = json.dumps({'Version': '2012-10-17', 'Statement': [
        {'Action': ['sts:AssumeRole'], 'Effect': 'Allow',
         'Principal': {'Service': ['ec2.amazonaws.com']}}]})
    made = answer(iam.create_role, RoleName='r', AssumeRolePolicyDocument=policy)
    return {'created_role': made, 'updated_policy': answer(
        iam.update_assume_role_policy, RoleName='r', PolicyDocument=policy)}


@plays('TestIAMExtensions::test_create_role_with_malformed_assume_role_policy_document')
def malformed_trust(aws):
    return {'invalid-json': answer(aws('iam').create_role, RoleName='r',
                                   AssumeRolePolicyDocument='[not json]')}


def with_credential(aws):
    """A user, its credential for CodeCommit, and both answers."""
    iam = aws('iam')
    answers = {'create-user-response': answer(iam.create_user, UserName='u')}
    made = answer(iam.create_service_specific_credential, UserName='u',
                  ServiceName='codecommit.amazonaws.com')
    answers['create-service-specific-credential-response'] = made
    return iam, made['ServiceSpecificCredential']['ServiceSpecificCredentialId'], answers


def lifecycle(service):
    def play(aws):
        iam = aws('iam')
        name = {'UserName': 'u'}
        result = {'create-user-response': answer(iam.create_user, **name)}
        made = answer(iam.create_service_specific_credential, ServiceName=service, **name)
        one = dict(name, ServiceSpecificCredentialId=made['ServiceSpecificCredential'][
            'ServiceSpecificCredentialId'])
        result['create-service-specific-credential-response'] = made
        result['list-service-specific-credentials-response-before-update'] = answer(
            iam.list_service_specific_credentials, ServiceName=service, **name)
        result['update-service-specific-credential-response'] = answer(
            iam.update_service_specific_credential, Status='Inactive', **one)
        result['list-service-specific-credentials-response-after-update'] = answer(
            iam.list_service_specific_credentials, ServiceName=service, **name)
        result['reset-service-specific-credential-response'] = answer(
            iam.reset_service_specific_credential, **one)
        result['delete-service-specific-credentials-response'] = answer(
            iam.delete_service_specific_credential, **one)
        return result
    return play


for _service in ('codecommit.amazonaws.com', 'cassandra.amazonaws.com'):
    PLAYED['TestIAMServiceSpecificCredentials::test_service_specific_credential_lifecycle[%s]'
           % _service] = lifecycle(_service)


@plays('TestIAMServiceSpecificCredentials::test_create_service_specific_credential_invalid_user')
def credential_of_nobody(aws):
    create = aws('iam').create_service_specific_credential
    return {'invalid-user-name-exception': answer(
        create, UserName='non-existent-user', ServiceName='codecommit.amazonaws.com'),
            'invalid-user-and-service-exception': answer(
                create, UserName='non-existent-user', ServiceName='nonexistentservice.amazonaws.com')}


@plays('TestIAMServiceSpecificCredentials::test_create_service_specific_credential_invalid_service')
def credential_for_nothing(aws):
    iam = aws('iam')
    result = {'create-user-response': answer(iam.create_user, UserName='u')}
    for key, service in (
            ('invalid-service-exception', 'nonexistentservice.amazonaws.com'),
            ('invalid-service-completely-malformed-exception', 'o3on3n3onosneo'),
            ('invalid-service-existing-but-unsupported-exception', 'lambda.amazonaws.com')):
        result[key] = answer(iam.create_service_specific_credential, UserName='u',
                             ServiceName=service)
    return result


@plays('TestIAMServiceSpecificCredentials::test_list_service_specific_credential_different_service')
def credentials_of_a_service(aws):
    iam, _, result = with_credential(aws)
    result['list-service-specific-credentials-invalid-service'] = answer(
        iam.list_service_specific_credentials, UserName='u',
        ServiceName='nonexistentservice.amazonaws.com')
    result['list-service-specific-credentials-response-wrong-service'] = answer(
        iam.list_service_specific_credentials, UserName='u', ServiceName='cassandra.amazonaws.com')
    return result


@plays('TestIAMServiceSpecificCredentials::test_delete_user_after_service_credential_created')
def user_with_credential(aws):
    iam, _, result = with_credential(aws)
    result['delete-user-existing-credential'] = answer(iam.delete_user, UserName='u')
    return result


def wrong_credential(ending, user=None, credential=None):
    def play(aws):
        iam, made, result = with_credential(aws)
        one = {'UserName': user or 'u', 'ServiceSpecificCredentialId': credential or made}
        result['update-' + ending] = answer(
            iam.update_service_specific_credential, Status='Inactive', **one)
        result['reset-' + ending] = answer(iam.reset_service_specific_credential, **one)
        result['delete-' + ending] = answer(iam.delete_service_specific_credential, **one)
        return result
    return play


for _id in ('totally-wrong-credential-id-with-hyphens', 'satisfiesregexbutstillinvalid'):
    PLAYED['TestIAMServiceSpecificCredentials::test_user_match_id_mismatch[%s]' % _id] = (
        wrong_credential('wrong-id', credential=_id))
PLAYED['TestIAMServiceSpecificCredentials::test_id_match_user_mismatch'] = wrong_credential(
    'wrong-user-name', user='wrong-user-name')


@plays('TestIAMServiceSpecificCredentials::test_invalid_update_parameters')
def credential_of_wrong_status(aws):
    iam, made, result = with_credential(aws)
    result['update-invalid-status'] = answer(
        iam.update_service_specific_credential, UserName='u', ServiceSpecificCredentialId=made,
        Status='Invalid')
    return result


def service_role(name, **suffix):
    def play(aws):
        iam = aws('iam')
        made = answer(iam.create_service_linked_role, AWSServiceName=name, **suffix)
        role = {'RoleName': made['Role']['RoleName']}
        return {'describe-response': answer(iam.get_role, **role),
                'inline-role-policies': answer(iam.list_role_policies, **role),
                'attached-role-policies': answer(iam.list_attached_role_policies, **role)}
    return play


def without_suffix(name):
    return lambda aws: {'custom-suffix-not-allowed': answer(
        aws('iam').create_service_linked_role, AWSServiceName=name, CustomSuffix='s')}


# one record for each service: the name of the test ends with it
PATTERNS = [
    ('TestIAMServiceRoles::test_service_role_lifecycle[', service_role),
    ('TestIAMServiceRoles::test_service_role_lifecycle_custom_suffix[',
     lambda name: service_role(name, CustomSuffix='suffix')),
    ('TestIAMServiceRoles::test_service_role_lifecycle_custom_suffix_not_allowed[', without_suffix),
]


def player(name):
    """The function for a record, or None."""
    for start, make in PATTERNS:
        if name.startswith(start):
            return make(name[len(start):-1])
    return PLAYED.get(name)


@plays('TestIAMServiceRoles::test_service_role_already_exists')
def service_role_twice(aws):
    iam = aws('iam')
    iam.create_service_linked_role(AWSServiceName='batch.amazonaws.com')
    return {'role-already-exists-error': answer(
        iam.create_service_linked_role, AWSServiceName='batch.amazonaws.com')}


@plays('TestIAMServiceRoles::test_service_role_deletion')
def service_role_deleted(aws):
    iam = aws('iam')
    iam.create_service_linked_role(AWSServiceName='batch.amazonaws.com')
    task = answer(iam.delete_service_linked_role, RoleName='AWSServiceRoleForBatch')
    return {'service-linked-role-deletion-response': task,
            'service-linked-role-deletion-status-response': answer(
                iam.get_service_linked_role_deletion_status,
                DeletionTaskId=task['DeletionTaskId'])}


def simulated(kind):
    def play(aws):
        iam = aws('iam')
        policy = iam.create_policy(PolicyName='p', PolicyDocument=json.dumps(
            {'Version': '2012-10-17', 'Statement': {
                'Sid': '', 'Effect': 'Allow', 'Action': 's3:PutObject', 'Resource': '*'}}))
        arn = policy['Policy']['Arn']
        if kind == 'role':
            made = iam.create_role(RoleName='n', AssumeRolePolicyDocument=trust(SERVICE))['Role']
            iam.attach_role_policy(RoleName='n', PolicyArn=arn)
        elif kind == 'group':
            made = iam.create_group(GroupName='n')['Group']
            iam.attach_group_policy(GroupName='n', PolicyArn=arn)
        else:
            made = iam.create_user(UserName='n')['User']
            iam.attach_user_policy(UserName='n', PolicyArn=arn)
        return {'response': answer(
            iam.simulate_principal_policy, PolicySourceArn=made['Arn'],
            ActionNames=['s3:PutObject', 's3:GetObjectVersion'],
            ResourceArns=['arn:aws:s3:::bucket'])}
    return play


for _kind in ('role', 'group', 'user'):
    PLAYED['TestIAMIntegrations::test_simulate_principle_policy[%s]' % _kind] = simulated(_kind)


@plays('TestIAMIntegrations::test_list_roles_with_permission_boundary')
def list_roles(aws):
    iam = aws('iam')
    made = answer(iam.create_role, RoleName='r', Path='/p/', AssumeRolePolicyDocument=trust(SERVICE))
    boundary = iam.create_policy(PolicyName='p', PolicyDocument=INLINE)['Policy']['Arn']
    iam.put_role_permissions_boundary(RoleName='r', PermissionsBoundary=boundary)
    return {'created_role': made, 'list_roles_result': answer(iam.list_roles, PathPrefix='/p/')}


@plays('TestIAMIntegrations::test_create_describe_role')
def describe_role(aws):
    iam = aws('iam')
    made = answer(iam.create_role, RoleName='r', Path='/p/', AssumeRolePolicyDocument=trust(SERVICE))
    return {'create_role_result': made, 'get_role_result': answer(iam.get_role, RoleName='r'),
            'list_roles_result': answer(iam.list_roles, PathPrefix='/p/')}


@plays('TestIAMExtensions::test_role_with_path_lifecycle')
def role_with_path(aws):
    iam = aws('iam')
    made = answer(iam.create_role, RoleName='r', Path='/path/', AssumeRolePolicyDocument=trust(
        {'Service': 'lambda.amazonaws.com'}))
    return {'create-role-response': made, 'get-role-response': answer(iam.get_role, RoleName='r'),
            'delete-role-response': answer(iam.delete_role, RoleName='r')}


@plays('TestRoles::test_role_with_tags')
def role_with_tags(aws):
    iam = aws('iam')
    made = answer(iam.create_role, RoleName='r', Path='/role-with-tags/',
                  AssumeRolePolicyDocument=trust(SERVICE), Tags=[{'Key': 'test', 'Value': 'value'}])
    return {'create-role-response': made, 'get-role-response': answer(iam.get_role, RoleName='r'),
            'list-role-response': answer(iam.list_roles, PathPrefix='/role-with-tags/')}


@plays('TestIAMPolicyEncoding::test_put_role_policy_encoding')
def role_policy_encoding(aws):
    iam = aws('iam')
    made = answer(iam.create_role, RoleName='r', Path='/p/', AssumeRolePolicyDocument=trust(
        {'Service': 'lambda.amazonaws.com'},
        Condition={'StringEquals': {'aws:SourceArn': ENCODED}}))
    iam.put_role_policy(RoleName='r', PolicyName='p', PolicyDocument=INLINE)
    return {'create-role-response': made,
            'get-policy-response': answer(iam.get_role_policy, RoleName='r', PolicyName='p'),
            'get-role-response': answer(iam.get_role, RoleName='r'),
            'list-roles-response': answer(iam.list_roles, PathPrefix='/p/')}


# ---- IAM: users, groups, policies


@plays('TestIAMPolicyEncoding::test_put_user_policy_encoding')
def user_policy_encoding(aws):
    iam = aws('iam')
    iam.create_user(UserName='u')
    iam.put_user_policy(UserName='u', PolicyName='p', PolicyDocument=INLINE)
    return {'get-policy-response': answer(iam.get_user_policy, UserName='u', PolicyName='p')}


@plays('TestIAMPolicyEncoding::test_put_group_policy_encoding')
def group_policy_encoding(aws):
    iam = aws('iam')
    iam.create_group(GroupName='g')
    iam.put_group_policy(GroupName='g', PolicyName='p', PolicyDocument=INLINE)
    return {'get-policy-response': answer(iam.get_group_policy, GroupName='g', PolicyName='p')}


def attach(iam, call, **entity):
    policy = json.dumps({'Version': '2012-10-17', 'Statement': [
        {'Effect': 'Allow', 'Action': 's3:*', 'Resource': '*'}]})
    made = answer(iam.create_policy, PolicyName='p', PolicyDocument=policy)
    arn = made['Policy']['Arn']
    return {'create_policy_response': made,
            'non_existent_malformed_policy_arn': answer(
                call, PolicyArn='longpolicynamebutnoarn', **entity),
            'existing_policy_name_provided': answer(
                call, PolicyArn='p' * 20, **entity),
            'valid_arn_not_existent': answer(call, PolicyArn=arn + '123', **entity),
            'valid_policy_arn': answer(call, PolicyArn=arn, **entity)}


@plays('TestIAMIntegrations::test_role_attach_policy')
def attach_to_role(aws):
    iam = aws('iam')
    iam.create_role(RoleName='r', AssumeRolePolicyDocument=trust(SERVICE))
    return attach(iam, iam.attach_role_policy, RoleName='r')


@plays('TestIAMIntegrations::test_user_attach_policy')
def attach_to_user(aws):
    iam = aws('iam')
    iam.create_user(UserName='u')
    return attach(iam, iam.attach_user_policy, UserName='u')


@plays('TestIAMIntegrations::test_delete_non_existent_policy_returns_no_such_entity')
def delete_no_policy(aws):
    return {'delete-non-existent-policy-exc': answer(
        aws('iam').delete_policy, PolicyArn='arn:aws:iam::123456789012:policy/non-existent-policy')}


# ---- ACM, Resource Groups Tagging


@plays('TestACM::test_domain_validation')
def domain_validation(aws):
    acm = aws('acm')
    certificate = acm.request_certificate(DomainName='a.example.com')['CertificateArn']
    return {'describe-certificate': answer(acm.describe_certificate, CertificateArn=certificate)}


@plays('TestACM::test_list_certificates_with_key_types_filter_requested_certificate')
def requested_certificate(aws):
    acm = aws('acm')
    acm.request_certificate(DomainName='test-domain-2b60e4d1.localhost.localstack.cloud',
                            ValidationMethod='DNS')
    return {'list-certificates-with-key-types': answer(
        acm.list_certificates, Includes={'keyTypes': ['RSA_2048']})}


@plays('TestRGSAIntegrations::test_get_resources')
def tagged_resources(aws):
    aws('ec2').create_vpc(CidrBlock='10.0.0.0/16', TagSpecifications=[
        {'ResourceType': 'vpc', 'Tags': [{'Key': 'test', 'Value': 'test'}]}])
    return {'get_resources': answer(aws('resourcegroupstaggingapi').get_resources, TagFilters=[
        {'Key': 'test', 'Values': ['test']}])}


@unittest.skipUnless(os.path.isdir(FOLDER), 'no ../shared')
class Recorded(rig.Case):
    def play(self, service, *arguments):
        """Plays all records of a service, each in a world of its own."""
        records, used, troubles = load(service), set(), []
        for name, recorded in records.items():
            if any(fnmatch.fnmatchcase(name, glob) for glob, _ in NOT_PLAYED):
                continue
            play = player(name)
            if not play:
                troubles.append('%s: neither played nor in NOT_PLAYED' % name)
                continue
            here = rig.Rig(*(arguments or self.arguments))
            try:
                ours = play(lambda service, region=REGION, here=here, **more: here.aws(
                    service, region=region, parameter_validation=False, **more))
            except Exception as error:  # pylint: disable=broad-except
                troubles.append('%s: %r' % (name, error))
                continue
            finally:
                here.stop()
            for difference in Comparison(recorded, ours).differences:
                known = [row for row in KNOWN if fnmatch.fnmatchcase(name, row[0]) and
                         difference.startswith(row[1] + ':')]
                used.update(row[:2] for row in known)
                if not known:
                    troubles.append('%s: %s' % (name, difference))
        stale = [row for row in KNOWN if row[:2] not in used and any(
            fnmatch.fnmatchcase(name, row[0]) for name in records)]
        self.assertFalse(stale, 'no difference any more: %r' % stale)
        if troubles:
            self.fail('\n'.join(troubles))

    def test_acm_answers_what_aws_answered(self):
        self.play('acm', '--profile', 'aws')  # at once they would be issued

    def test_resource_groups_tagging_answers_what_aws_answered(self):
        self.play('rgsa')

    def test_ec2_answers_what_aws_answered(self):
        self.play('ec2')

    def test_iam_answers_what_aws_answered(self):
        self.play('iam')

    def test_sts_answers_what_aws_answered(self):
        self.play('sts')


if __name__ == '__main__':
    sys.exit(rig.main())
