"""Each paginator that botocore knows, of each operation that is served: the list is made from
botocore's paginators and from what answers, so that a new operation is tested without being named.

Pages as small as the model allows must have every item of the whole list once, in its order.
"""

import subprocess
import sys

import rig
from served import SERVICES, TRUST, clients, is_served

COUNT = 6  # of each kind: EC2's smallest page has five
# what a list is asked of, when the model wants that; names are attributes of the class below
OF_WHAT = {
    'DescribeVpcEndpointServicePermissions': {'ServiceId': 'service'},
    'GetIpamAddressHistory': {'Cidr': 'block', 'IpamScopeId': 'scope'},
    'GetIpamDiscoveredAccounts': {
        'IpamResourceDiscoveryId': 'discovery', 'DiscoveryRegion': 'region'},
    'GetIpamDiscoveredResourceCidrs': {
        'IpamResourceDiscoveryId': 'discovery', 'ResourceRegion': 'region'},
    'GetIpamPrefixListResolverRules': {'IpamPrefixListResolverId': 'resolver'},
    'GetIpamPrefixListResolverVersionEntries': {
        'IpamPrefixListResolverId': 'resolver', 'IpamPrefixListResolverVersion': 'version'},
    'GetIpamPrefixListResolverVersions': {'IpamPrefixListResolverId': 'resolver'},
    'GetIpamResourceCidrs': {'IpamScopeId': 'scope'},
    'GetIpamPoolAllocations': {'IpamPoolId': 'pool'}, 'GetIpamPoolCidrs': {'IpamPoolId': 'pool'},
    'GetManagedPrefixListAssociations': {'PrefixListId': 'prefix_list'},
    'GetManagedPrefixListEntries': {'PrefixListId': 'prefix_list'},
    'GetSecurityGroupsForVpc': {'VpcId': 'vpc'},
    'DescribeListeners': {'LoadBalancerArn': 'balancer'},
    'DescribeListenerCertificates': {'ListenerArn': 'listener'},
    'DescribeRules': {'ListenerArn': 'listener'},
    'ListAttachedRolePolicies': {'RoleName': 'role'}, 'ListRolePolicies': {'RoleName': 'role'},
    'ListRoleTags': {'RoleName': 'role'}, 'ListInstanceProfilesForRole': {'RoleName': 'role'},
    'ListInstanceProfileTags': {'InstanceProfileName': 'profile'},
    'ListAccessKeys': {'UserName': 'user'}, 'ListAttachedUserPolicies': {'UserName': 'user'},
    'ListMFADevices': {'UserName': 'user'}, 'ListMFADeviceTags': {'SerialNumber': 'device'},
    'ListSSHPublicKeys': {'UserName': 'user'}, 'ListSigningCertificates': {'UserName': 'user'},
    'ListGroupsForUser': {'UserName': 'user'}, 'ListUserPolicies': {'UserName': 'user'},
    'ListUserTags': {'UserName': 'user'}, 'GetGroup': {'GroupName': 'group'},
    'ListAttachedGroupPolicies': {'GroupName': 'group'},
    'ListGroupPolicies': {'GroupName': 'group'}, 'ListPolicyTags': {'PolicyArn': 'policy'},
    'ListPolicyVersions': {'PolicyArn': 'policy'}, 'ListEntitiesForPolicy': {'PolicyArn': 'policy'},
    'DescribeTrustStoreAssociations': {'TrustStoreArn': 'trust_store'},
    'DescribeTrustStoreRevocations': {'TrustStoreArn': 'trust_store'},
    'ListOpenIDConnectProviderTags': {'OpenIDConnectProviderArn': 'oidc'},
    'ListSAMLProviderTags': {'SAMLProviderArn': 'saml'},
    'ListServerCertificateTags': {'ServerCertificateName': 'certificate'},
    'DescribeStaleSecurityGroups': {'VpcId': 'vpc'}, 'GetTagValues': {'Key': 'tag'},
    'GetAssociatedIpv6PoolCidrs': {'PoolId': 'pool_of_others'},
    'ListResourceRecordSets': {'HostedZoneId': 'zone'},
    'DescribeImageReferences': {'ImageIds': 'images', 'IncludeAllResourceTypes': 'every'},
    'GetInstanceTypesFromInstanceRequirements': {
        'ArchitectureTypes': 'architectures', 'VirtualizationTypes': 'virtualizations',
        'InstanceRequirements': 'requirements'},
    'ListListeners': {'AcceleratorArn': 'accelerator'},
    'ListEndpointGroups': {'ListenerArn': 'accelerated'},
    'ListGrants': {'KeyId': 'key'}, 'ListKeyPolicies': {'KeyId': 'key'},
    'ListKeyRotations': {'KeyId': 'key'}, 'ListResourceTags': {'KeyId': 'key'},
    'ListObjects': {'Bucket': 'bucket'}, 'ListObjectsV2': {'Bucket': 'bucket'},
    'ListObjectVersions': {'Bucket': 'bucket'}, 'ListMultipartUploads': {'Bucket': 'bucket'},
    'ListParts': {'Bucket': 'bucket', 'Key': 'upload_key', 'UploadId': 'upload'},
    'SimulateCustomPolicy': {'PolicyInputList': 'documents', 'ActionNames': 'actions'},
    'SimulatePrincipalPolicy': {'PolicySourceArn': 'user_arn', 'ActionNames': 'actions'},
}
# what has no list in this account: without a subscription Shield has no protections
# nor has anybody brought addresses of their own
REFUSED = {'DescribeMountTargets': 'BadRequest',  # of which file system?
           'DescribeLaunchTemplateVersions': 'MissingParameter',  # of which template?
           'ListProtections': 'ResourceNotFoundException',
           'GetAssociatedIpv6PoolCidrs': 'InvalidIpv6PoolID.NotFound'}
TWO_LISTS = ('DescribeVpcEndpointServices',)  # a page has a part of each
PLACES = ('ListObjects', 'ListParts')  # the token is a key or a number: any will do
POLICY = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'


class Pages(rig.Case):
    """One world for all; nothing is changed once it is built."""

    @classmethod
    def setUpClass(cls):
        cls.rig = rig.Rig(*cls.arguments)
        cls.addClassCleanup(cls.end)
        cls.ec2, cls.elbv2, cls.elb, cls.iam = (
            cls.rig.aws(name) for name in ('ec2', 'elbv2', 'elb', 'iam'))
        cls.build_network()
        cls.build_balancers()
        cls.build_roles()
        cls.build_zone()
        cls.build_keys()
        cls.build_objects()
        cls.build_accelerator()

    def setUp(self):
        pass  # the rig is the class's

    @classmethod
    def end(cls):
        status, said = cls.rig.stop()
        if status:
            raise AssertionError(said)

    @staticmethod
    def build_storage(ec2, i):
        volume = ec2.create_volume(AvailabilityZone=rig.REGION + 'a', Size=1)['VolumeId']
        snapshot = ec2.create_snapshot(VolumeId=volume)['SnapshotId']
        ec2.register_image(Name='image-%d' % i, RootDeviceName='/dev/xvda', BlockDeviceMappings=[
            {'DeviceName': '/dev/xvda', 'Ebs': {'SnapshotId': snapshot}}])
        ec2.allocate_hosts(AvailabilityZone=rig.REGION + 'a', InstanceFamily='m5', Quantity=1)
        ec2.create_instance_event_window(Name='w%d' % i, CronExpression='* 1-4 * * 0')

    @classmethod
    def build_network(cls):
        ec2, vpcs, subnets = cls.ec2, [], []
        image = ec2.describe_images(Owners=['amazon'])['Images'][0]['ImageId']
        for i in range(COUNT):
            vpcs.append(ec2.create_vpc(CidrBlock='10.%d.0.0/16' % i)['Vpc']['VpcId'])
            vpc = vpcs[i]
            subnets.append(ec2.create_subnet(VpcId=vpc, CidrBlock='10.%d.0.0/24' % i)[
                'Subnet']['SubnetId'])
            ec2.create_route_table(VpcId=vpc)
            ec2.create_internet_gateway()
            ec2.create_egress_only_internet_gateway(VpcId=vpc)
            ec2.create_dhcp_options(DhcpConfigurations=[
                {'Key': 'domain-name', 'Values': ['%d.example' % i]}])
            ec2.create_nat_gateway(SubnetId=subnets[i], ConnectivityType='private')
            ec2.create_network_interface(SubnetId=subnets[i])
            ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, SubnetId=subnets[i])
            cls.build_storage(ec2, i)
            ec2.create_tags(Resources=[vpc], Tags=[{'Key': 'n', 'Value': str(i)}])
            ec2.create_security_group(GroupName='g%d' % i, Description='g', VpcId=vpcs[0])
            if i:
                ec2.create_vpc_peering_connection(VpcId=vpc, PeerVpcId=vpcs[0])
        cls.vpc, cls.subnets, cls.images = vpcs[0], subnets, [image]
        cls.prefix_list = [ec2.create_managed_prefix_list(
            PrefixListName='p%d' % i, MaxEntries=10, AddressFamily='IPv4',
            Entries=[{'Cidr': '10.%d.0.0/16' % j} for j in range(COUNT)])['PrefixList'][
                'PrefixListId'] for i in range(COUNT)][0]
        ipam = ec2.create_ipam()['Ipam']
        cls.pool = [ec2.create_ipam_pool(IpamScopeId=ipam['PrivateDefaultScopeId'],
                                         AddressFamily='ipv4')['IpamPool']['IpamPoolId']
                    for i in range(COUNT)][0]
        cls.scope, cls.discovery = ipam['PrivateDefaultScopeId'], ipam['DefaultResourceDiscoveryId']
        cls.resolver = ec2.create_ipam_prefix_list_resolver(
            IpamId=ipam['IpamId'], AddressFamily='ipv4', Rules=[
                {'RuleType': 'static-cidr', 'StaticCidr': '10.%d.0.0/16' % i}
                for i in range(COUNT)])['IpamPrefixListResolver']['IpamPrefixListResolverId']

    block, region, version = '10.0.0.0/16', rig.REGION, 1
    architectures, virtualizations, every = ['x86_64'], ['hvm'], True
    requirements = {'VCpuCount': {'Min': 2}, 'MemoryMiB': {'Min': 1024}}
    tag, pool_of_others = 'n', 'ipv6pool-ec2-0123456789abcdef1'

    @classmethod
    def build_zone(cls):
        route53 = cls.rig.aws('route53')
        cls.zone = route53.create_hosted_zone(Name='a.example', CallerReference='x')[
            'HostedZone']['Id']
        route53.change_resource_record_sets(HostedZoneId=cls.zone, ChangeBatch={'Changes': [
            {'Action': 'CREATE', 'ResourceRecordSet': {
                'Name': '%s.a.example' % name, 'Type': 'A', 'TTL': 60,
                'ResourceRecords': [{'Value': '192.0.2.1'}]}} for name in 'abc']})

    @classmethod
    def build_keys(cls):
        kms = cls.rig.aws('kms')
        cls.key = [kms.create_key(Tags=[
            {'TagKey': 'k%d' % j, 'TagValue': 'v'} for j in range(3)])['KeyMetadata']['KeyId']
            for i in range(3)][0]
        for i in range(3):
            kms.create_alias(AliasName='alias/a%d' % i, TargetKeyId=cls.key)
            kms.create_grant(KeyId=cls.key, Operations=['Decrypt'], Name='g%d' % i,
                             GranteePrincipal='arn:aws:iam::123456789012:role/r%d' % i)
            kms.rotate_key_on_demand(KeyId=cls.key)

    @classmethod
    def build_objects(cls):
        s3, cls.bucket, cls.upload_key = cls.rig.aws('s3'), 'qa-pages', 'big'
        s3.create_bucket(Bucket=cls.bucket,
                         CreateBucketConfiguration={'LocationConstraint': rig.REGION})
        s3.put_bucket_versioning(Bucket=cls.bucket, VersioningConfiguration={'Status': 'Enabled'})
        for i in range(3):
            s3.put_object(Bucket=cls.bucket, Key='k%d' % i, Body=b'x')
            s3.put_object(Bucket=cls.bucket, Key='k0', Body=b'y%d' % i)
            cls.upload = s3.create_multipart_upload(Bucket=cls.bucket, Key='big')['UploadId']
        for i in range(3):
            s3.upload_part(Bucket=cls.bucket, Key='big', UploadId=cls.upload, PartNumber=i + 1,
                           Body=b'z')

    @classmethod
    def build_accelerator(cls):
        accelerators = cls.rig.aws('globalaccelerator')
        cls.accelerator = accelerators.create_accelerator(Name='a', IdempotencyToken='t')[
            'Accelerator']['AcceleratorArn']
        cls.accelerated = [accelerators.create_listener(
            AcceleratorArn=cls.accelerator, Protocol='TCP', IdempotencyToken='t%d' % i,
            PortRanges=[{'FromPort': 80 + i, 'ToPort': 80 + i}])['Listener']['ListenerArn']
            for i in range(3)][0]
        for region in ('eu-west-1', 'us-east-1', 'us-west-2'):
            accelerators.create_endpoint_group(ListenerArn=cls.accelerated, IdempotencyToken=region,
                                               EndpointGroupRegion=region)

    @classmethod
    def build_balancers(cls):
        for i in range(3):
            arn = cls.elbv2.create_load_balancer(
                Name='b%d' % i, Type='network', Scheme='internal',
                Subnets=[cls.subnets[0]])['LoadBalancers'][0]['LoadBalancerArn']
            group = cls.elbv2.create_target_group(Name='t%d' % i, Protocol='TCP', Port=80,
                                                  VpcId=cls.vpc)['TargetGroups'][0]['TargetGroupArn']
            cls.elb.create_load_balancer(
                LoadBalancerName='c%d' % i, Subnets=[cls.subnets[0]], Scheme='internal',
                Listeners=[{'Protocol': 'TCP', 'LoadBalancerPort': 80, 'InstancePort': 80}])
        cls.balancer = arn
        cls.service = cls.ec2.create_vpc_endpoint_service_configuration(
            NetworkLoadBalancerArns=[arn])['ServiceConfiguration']['ServiceId']
        cls.ec2.modify_vpc_endpoint_service_permissions(
            ServiceId=cls.service, AddAllowedPrincipals=[
                'arn:aws:iam::%012d:root' % (i + 1) for i in range(COUNT)])
        cls.listener = [cls.elbv2.create_listener(
            LoadBalancerArn=arn, Protocol='TCP', Port=80 + i,
            DefaultActions=[{'Type': 'forward', 'TargetGroupArn': group}])['Listeners'][0][
                'ListenerArn'] for i in range(3)][0]

    @classmethod
    def build_roles(cls):
        tags = [{'Key': 'k%d' % i, 'Value': 'v'} for i in range(3)]
        for i in range(3):
            cls.iam.create_role(RoleName='r%d' % i, AssumeRolePolicyDocument=TRUST, Tags=tags)
            cls.iam.create_instance_profile(InstanceProfileName='p%d' % i, Tags=tags)
            cls.iam.put_role_policy(RoleName='r0', PolicyName='i%d' % i, PolicyDocument=POLICY)
            cls.iam.add_role_to_instance_profile(InstanceProfileName='p%d' % i, RoleName='r0')
        cls.role, cls.profile = 'r0', 'p0'
        cls.build_users(tags)

    @classmethod
    def build_users(cls, tags):
        iam, policies = cls.iam, []
        cls.user, cls.group, cls.documents = 'u0', 'g0', [POLICY]
        cls.actions = ['ec2:DescribeVpcs', 'ec2:CreateVpc', 'iam:ListUsers']
        for i in range(3):
            policies.append(iam.create_policy(PolicyName='p%d' % i, PolicyDocument=POLICY,
                                              Tags=tags)['Policy']['Arn'])
            user = iam.create_user(UserName='u%d' % i, Tags=tags)['User']
            iam.create_group(GroupName='g%d' % i)
            iam.add_user_to_group(GroupName='g%d' % i, UserName='u0')
            if i:
                iam.add_user_to_group(GroupName='g0', UserName='u%d' % i)
                iam.create_access_key(UserName='u0')
                iam.create_policy_version(PolicyArn=policies[0], PolicyDocument=POLICY)
            else:
                cls.user_arn = user['Arn']
            iam.put_user_policy(UserName='u0', PolicyName='i%d' % i, PolicyDocument=POLICY)
            iam.put_group_policy(GroupName='g0', PolicyName='i%d' % i, PolicyDocument=POLICY)
        for arn in policies:
            iam.attach_user_policy(UserName='u0', PolicyArn=arn)
            iam.attach_group_policy(GroupName='g0', PolicyArn=arn)
            iam.attach_role_policy(RoleName='r0', PolicyArn=arn)
        cls.policy = policies[0]
        cls.build_providers(tags)

    @classmethod
    def build_providers(cls, tags):
        cls.oidc = cls.iam.create_open_id_connect_provider(
            Url='https://issuer.example', ThumbprintList=['0' * 40], Tags=tags)[
                'OpenIDConnectProviderArn']
        cls.saml = cls.iam.create_saml_provider(
            Name='s', SAMLMetadataDocument='<EntityDescriptor>%s</EntityDescriptor>' % (' ' * 1000),
            Tags=tags)['SAMLProviderArn']
        pem = cls.openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj',
                          '/CN=a.example', '-days', '30', '-keyout', '-', '-out', '-')
        body = pem.index('-----BEGIN CERTIFICATE')
        cls.build_credentials(pem[body:])
        cls.iam.upload_server_certificate(ServerCertificateName='c', CertificateBody=pem[body:],
                                          PrivateKey=pem[:body], Tags=tags)
        cls.certificate = 'c'
        s3 = cls.rig.aws('s3')
        s3.create_bucket(Bucket='qa-bundles',
                         CreateBucketConfiguration={'LocationConstraint': rig.REGION})
        s3.put_object(Bucket='qa-bundles', Key='k', Body=pem[body:])
        cls.trust_store = cls.elbv2.create_trust_store(
            Name='t', CaCertificatesBundleS3Bucket='qa-bundles', CaCertificatesBundleS3Key='k')[
                'TrustStores'][0]['TrustStoreArn']

    @staticmethod
    def openssl(*arguments, text=None):
        return subprocess.run(('openssl',) + arguments, check=True, capture_output=True, text=True,
                              input=text, timeout=rig.CLIENT_SECONDS).stdout

    @classmethod
    def build_credentials(cls, certificate):
        cls.iam.upload_signing_certificate(UserName='u0', CertificateBody=certificate)
        for i in range(2):
            key = cls.openssl('genrsa', '2048')
            cls.iam.upload_ssh_public_key(
                UserName='u0', SSHPublicKeyBody=cls.openssl('rsa', '-pubout', text=key))
            cls.device = cls.iam.create_virtual_mfa_device(
                VirtualMFADeviceName='d%d' % i,
                Tags=[{'Key': 'a', 'Value': 'b'}, {'Key': 'c', 'Value': 'd'}])[
                    'VirtualMFADevice']['SerialNumber']

    def look(self, service, operation):
        client = self.rig.aws(service)
        model = client.meta.service_model.operation_model(operation)
        method = next(name for name, op in client.meta.method_to_api_mapping.items()
                      if op == operation)
        paginator = client.get_paginator(method)
        params = {name: getattr(self, what) for name, what in OF_WHAT.get(operation, {}).items()}
        limit = paginator._pagination_cfg.get('limit_key')
        if limit in model.input_shape.required_members:
            params[limit] = model.input_shape.members[limit].metadata['max']
        lacking = set(model.input_shape.required_members) - set(params)
        if lacking:
            self.skipTest('OF_WHAT does not say which %s' % ', '.join(sorted(lacking)))
        return model, getattr(client, method), paginator, params

    def items(self, paginator, page):
        return [item for key in paginator.result_keys for item in key.search(page) or []]

    def check_pages(self, service, operation):
        model, call, paginator, params = self.look(service, operation)
        if operation in REFUSED:
            self.refused(REFUSED[operation], call, **params)
            return
        whole = [item for page in paginator.paginate(**params)
                 for item in self.items(paginator, page)]
        limit = paginator._pagination_cfg.get('limit_key')
        if limit:
            least = model.input_shape.members[limit].metadata.get('min', 1)
            pages = [self.items(paginator, page) for page in paginator.paginate(
                PaginationConfig={'PageSize': least}, **params)]
            paged = [item for page in pages for item in page]
            if operation in TWO_LISTS:
                paged, whole = sorted(paged, key=repr), sorted(whole, key=repr)
            self.assertEqual(paged, whole)
            if len(whole) > least and operation not in TWO_LISTS:
                self.assertEqual([len(page) for page in pages[:-1]], [least] * (len(pages) - 1))
                self.assertGreater(len(pages), 1)
        if operation not in PLACES:
            self.check_token(call, paginator, params)

    def check_token(self, call, paginator, params):
        from botocore.exceptions import ClientError
        token = paginator._pagination_cfg['input_token']
        if isinstance(token, list):
            return
        with self.assertRaises(ClientError) as caught:
            call(**{token: 'bm9uc2Vuc2U='}, **params)
        reply = caught.exception.response
        self.assertEqual(reply['ResponseMetadata']['HTTPStatusCode'], 400, reply)
        self.assertTrue(reply['Error']['Message'])


def add_tests():
    from botocore import xform_name
    with clients() as client_of:
        for service in SERVICES:
            client = client_of(service)
            for operation in client.meta.service_model.operation_names:
                if not client.can_paginate(xform_name(operation)) or \
                        not is_served(client, operation):
                    continue
                setattr(Pages, 'test_%s_%s' % (service.replace('-', '_'), operation),
                        lambda self, s=service, o=operation: self.check_pages(s, o))


add_tests()

if __name__ == '__main__':
    sys.exit(rig.main())
