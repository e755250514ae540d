"""Each waiter that botocore knows, of each operation that is served, in the `aws` profile with time
at a thousandfold speed.

The list is made from botocore's waiters and from what answers. A waiter of that list must end well
once its resource is on the way (READY says how to get it there), and do with an unknown resource
what its own data say: the error codes that botocore waits for are those that AWS answers.
"""

import contextlib
import sys

import rig
from served import SERVICES, TRUST, clients, is_served

PACE = {'Delay': 0.05, 'MaxAttempts': 400}
UNKNOWN = {  # parameters that name nothing, by operation
    'DescribeCustomerGateways': {'CustomerGatewayIds': ['cgw-0123456789abcdef1']},
    'DescribeImages': {'ImageIds': ['ami-0123456789abcdef1']},
    'DescribeInstances': {'InstanceIds': ['i-0123456789abcdef1']},
    'DescribeInstanceStatus': {'InstanceIds': ['i-0123456789abcdef1']},
    'DescribeInternetGateways': {'InternetGatewayIds': ['igw-0123456789abcdef1']},
    'DescribeKeyPairs': {'KeyNames': ['none']},
    'DescribeNatGateways': {'NatGatewayIds': ['nat-0123456789abcdef1']},
    'DescribeNetworkInterfaces': {'NetworkInterfaceIds': ['eni-0123456789abcdef1']},
    'DescribeSecurityGroups': {'GroupIds': ['sg-0123456789abcdef1']},
    'DescribeSnapshots': {'SnapshotIds': ['snap-0123456789abcdef1']},
    'DescribeSubnets': {'SubnetIds': ['subnet-0123456789abcdef1']},
    'DescribeVolumes': {'VolumeIds': ['vol-0123456789abcdef1']},
    'DescribeVpcs': {'VpcIds': ['vpc-0123456789abcdef1']},
    'DescribeVpnConnections': {'VpnConnectionIds': ['vpn-0123456789abcdef1']},
    'DescribeVpcPeeringConnections': {'VpcPeeringConnectionIds': ['pcx-0123456789abcdef1']},
    'GetChange': {'Id': 'C0123456789ABC'},
    'DescribeCertificate': {'CertificateArn': (
        'arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012')},
    'DescribeSecurityGroupVpcAssociations': {'Filters': [
        {'Name': 'group-id', 'Values': ['sg-0123456789abcdef1']}]},
    'HeadBucket': {'Bucket': 'nobody-has-this'}, 'HeadObject': {
        'Bucket': 'nobody-has-this', 'Key': 'k'},
    'GetPasswordData': {'InstanceId': 'i-0123456789abcdef1'},
    'GetInstanceProfile': {'InstanceProfileName': 'none'}, 'GetRole': {'RoleName': 'none'},
    'GetUser': {'UserName': 'none'}, 'GetPolicy': {
        'PolicyArn': 'arn:aws:iam::123456789012:policy/none'},
}


# what EC2 answers (API reference, error codes; public logs of real calls), where botocore waits for
# something else
OTHER_CODES = {'internet_gateway_exists': 'InvalidInternetGatewayID.NotFound'}


# what never ends well: there are no images of Windows here, and no others give a password
NEVER = {'password_data_available'}


def arn_of(made):
    return {'CertificateArn': made['CertificateArn']}


class Ready:
    """For a waiter's name: the parameters of a resource that is on its way to what it waits for."""

    def __init__(self, server):
        self.ec2, self.elbv2, self.elb, self.iam, self.acm, self.route53, self.s3 = (
            server.aws(name) for name in ('ec2', 'elbv2', 'elb', 'iam', 'acm', 'route53', 's3'))
        self.vpc = self.ec2.create_vpc(CidrBlock='10.0.0.0/16')['Vpc']['VpcId']
        self.subnet = self.ec2.create_subnet(VpcId=self.vpc, CidrBlock='10.0.0.0/24')[
            'Subnet']['SubnetId']
        self.image = self.ec2.describe_images(Owners=['amazon'])['Images'][0]['ImageId']

    def customer_gateway_available(self):
        made = self.ec2.create_customer_gateway(Type='ipsec.1', IpAddress='192.0.2.1')
        return {'CustomerGatewayIds': [made['CustomerGateway']['CustomerGatewayId']]}

    def vpn_connection_available(self):
        gateway = self.ec2.create_vpn_gateway(Type='ipsec.1')['VpnGateway']['VpnGatewayId']
        made = self.ec2.create_vpn_connection(
            Type='ipsec.1', VpnGatewayId=gateway,
            CustomerGatewayId=self.customer_gateway_available()['CustomerGatewayIds'][0])
        return {'VpnConnectionIds': [made['VpnConnection']['VpnConnectionId']]}

    def vpn_connection_deleted(self):
        params = self.vpn_connection_available()
        self.ec2.get_waiter('vpn_connection_available').wait(WaiterConfig=PACE, **params)
        self.ec2.delete_vpn_connection(VpnConnectionId=params['VpnConnectionIds'][0])
        return params

    def image_exists(self):
        return {'ImageIds': [self.image]}

    def image_available(self):
        made = self.ec2.create_image(InstanceId=self.running()['InstanceIds'][0], Name='made')
        return {'ImageIds': [made['ImageId']]}

    def instance_exists(self):
        return {'InstanceIds': [self.ec2.run_instances(
            ImageId=self.image, MinCount=1, MaxCount=1,
            SubnetId=self.subnet)['Instances'][0]['InstanceId']]}

    instance_running = instance_status_ok = system_status_ok = instance_exists

    def running(self):
        params = self.instance_exists()
        self.ec2.get_waiter('instance_running').wait(WaiterConfig=PACE, **params)
        return params

    def instance_stopped(self):
        params = self.running()
        self.ec2.stop_instances(**params)
        return params

    def instance_terminated(self):
        params = self.running()
        self.ec2.terminate_instances(**params)
        return params

    def internet_gateway_exists(self):
        made = self.ec2.create_internet_gateway()['InternetGateway']
        return {'InternetGatewayIds': [made['InternetGatewayId']]}

    def key_pair_exists(self):
        self.ec2.create_key_pair(KeyName='k')
        return {'KeyNames': ['k']}

    def nat_gateway_available(self):
        made = self.ec2.create_nat_gateway(SubnetId=self.subnet, ConnectivityType='private')
        return {'NatGatewayIds': [made['NatGateway']['NatGatewayId']]}

    def nat_gateway_deleted(self):
        params = self.nat_gateway_available()
        self.ec2.get_waiter('nat_gateway_available').wait(WaiterConfig=PACE, **params)
        self.ec2.delete_nat_gateway(NatGatewayId=params['NatGatewayIds'][0])
        return params

    def network_interface_available(self):
        made = self.ec2.create_network_interface(SubnetId=self.subnet)['NetworkInterface']
        return {'NetworkInterfaceIds': [made['NetworkInterfaceId']]}

    def security_group_exists(self):
        return {'GroupIds': [self.ec2.create_security_group(
            GroupName='g', Description='g', VpcId=self.vpc)['GroupId']]}

    def security_group_vpc_association_associated(self):
        group = self.security_group_exists()['GroupIds'][0]
        other = self.ec2.create_vpc(CidrBlock='10.2.0.0/16')['Vpc']['VpcId']
        self.ec2.associate_security_group_vpc(GroupId=group, VpcId=other)
        return {'Filters': [{'Name': 'group-id', 'Values': [group]},
                            {'Name': 'vpc-id', 'Values': [other]}]}

    def security_group_vpc_association_disassociated(self):
        params = self.security_group_vpc_association_associated()
        self.ec2.get_waiter('security_group_vpc_association_associated').wait(WaiterConfig=PACE,
                                                                              **params)
        group, vpc = (one['Values'][0] for one in params['Filters'])
        self.ec2.disassociate_security_group_vpc(GroupId=group, VpcId=vpc)
        return params

    def certificate_validated(self):
        """The domain's owner makes the record that the certificate asks for."""
        arn = self.acm.request_certificate(DomainName='a.example', ValidationMethod='DNS')
        zone = self.route53.create_hosted_zone(Name='a.example', CallerReference='x')
        record = self.acm.describe_certificate(**arn_of(arn))['Certificate'][
            'DomainValidationOptions'][0]['ResourceRecord']
        self.route53.change_resource_record_sets(
            HostedZoneId=zone['HostedZone']['Id'], ChangeBatch={'Changes': [
                {'Action': 'CREATE', 'ResourceRecordSet': {
                    'Name': record['Name'], 'Type': record['Type'], 'TTL': 60,
                    'ResourceRecords': [{'Value': record['Value']}]}}]})
        return arn_of(arn)

    def resource_record_sets_changed(self):
        made = self.route53.create_hosted_zone(Name='a.example', CallerReference='x')
        return {'Id': made['ChangeInfo']['Id']}

    def snapshot_completed(self):
        params = self.volume_available()
        self.ec2.get_waiter('volume_available').wait(WaiterConfig=PACE, **params)
        made = self.ec2.create_snapshot(VolumeId=params['VolumeIds'][0])
        return {'SnapshotIds': [made['SnapshotId']]}

    def volume_available(self):
        made = self.ec2.create_volume(AvailabilityZone='eu-west-1a', Size=1)
        return {'VolumeIds': [made['VolumeId']]}

    def volume_in_use(self):
        instance = self.running()['InstanceIds'][0]
        zone = self.ec2.describe_subnets(SubnetIds=[self.subnet])['Subnets'][0]['AvailabilityZone']
        volume = self.ec2.create_volume(AvailabilityZone=zone, Size=1)['VolumeId']
        self.ec2.get_waiter('volume_available').wait(WaiterConfig=PACE, VolumeIds=[volume])
        self.ec2.attach_volume(VolumeId=volume, InstanceId=instance, Device='/dev/sdf')
        return {'VolumeIds': [volume]}

    def volume_deleted(self):
        params = self.volume_available()
        self.ec2.get_waiter('volume_available').wait(WaiterConfig=PACE, **params)
        self.ec2.delete_volume(VolumeId=params['VolumeIds'][0])
        return params

    def subnet_available(self):
        return {'SubnetIds': [self.subnet]}

    def vpc_exists(self):
        return {'VpcIds': [self.vpc]}

    vpc_available = vpc_exists

    def vpc_peering_connection_exists(self):
        other = self.ec2.create_vpc(CidrBlock='10.1.0.0/16')['Vpc']['VpcId']
        made = self.ec2.create_vpc_peering_connection(VpcId=self.vpc, PeerVpcId=other)
        return {'VpcPeeringConnectionIds': [
            made['VpcPeeringConnection']['VpcPeeringConnectionId']]}

    def vpc_peering_connection_deleted(self):
        params = self.vpc_peering_connection_exists()
        one = params['VpcPeeringConnectionIds'][0]
        self.ec2.get_waiter('vpc_peering_connection_exists').wait(WaiterConfig=PACE, **params)
        self.ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=one)
        return params

    def load_balancer_exists(self):
        return {'LoadBalancerArns': [self.elbv2.create_load_balancer(
            Name='b', Type='network', Scheme='internal', Subnets=[self.subnet])[
                'LoadBalancers'][0]['LoadBalancerArn']]}

    load_balancer_available = load_balancer_exists

    def load_balancers_deleted(self):
        params = self.load_balancer_exists()
        self.elbv2.get_waiter('load_balancer_available').wait(WaiterConfig=PACE, **params)
        self.elbv2.delete_load_balancer(LoadBalancerArn=params['LoadBalancerArns'][0])
        return params

    def target_in_service(self):
        instance = self.running()['InstanceIds'][0]
        group = self.elbv2.create_target_group(Name='t', Protocol='TCP', Port=80, VpcId=self.vpc)[
            'TargetGroups'][0]['TargetGroupArn']
        self.elbv2.create_listener(
            LoadBalancerArn=self.load_balancer_exists()['LoadBalancerArns'][0], Protocol='TCP',
            Port=80, DefaultActions=[{'Type': 'forward', 'TargetGroupArn': group}])
        params = {'TargetGroupArn': group, 'Targets': [{'Id': instance}]}
        self.elbv2.register_targets(**params)
        return params

    def target_deregistered(self):
        params = self.target_in_service()
        self.elbv2.get_waiter('target_in_service').wait(WaiterConfig=PACE, **params)
        self.elbv2.deregister_targets(**params)
        return params

    def instance_in_service(self):
        params = {'LoadBalancerName': 'c', 'Instances': [
            {'InstanceId': self.running()['InstanceIds'][0]}]}
        self.elb.create_load_balancer(
            LoadBalancerName='c', Subnets=[self.subnet], Scheme='internal', Listeners=[
                {'Protocol': 'TCP', 'LoadBalancerPort': 80, 'InstancePort': 80}])
        self.elb.register_instances_with_load_balancer(**params)
        return params

    any_instance_in_service = instance_in_service

    def instance_deregistered(self):
        params = self.instance_in_service()
        self.elb.get_waiter('instance_in_service').wait(WaiterConfig=PACE, **params)
        self.elb.deregister_instances_from_load_balancer(**params)
        return params

    def role_exists(self):
        self.iam.create_role(RoleName='r', AssumeRolePolicyDocument=TRUST)
        return {'RoleName': 'r'}

    def user_exists(self):
        self.iam.create_user(UserName='u')
        return {'UserName': 'u'}

    def policy_exists(self):
        return {'PolicyArn': self.iam.create_policy(PolicyName='p', PolicyDocument=(
            '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
        ))['Policy']['Arn']}

    def instance_profile_exists(self):
        self.iam.create_instance_profile(InstanceProfileName='i')
        return {'InstanceProfileName': 'i'}

    def bucket_exists(self):
        self.s3.create_bucket(Bucket='qa-waits',
                              CreateBucketConfiguration={'LocationConstraint': rig.REGION})
        return {'Bucket': 'qa-waits'}

    def bucket_not_exists(self):
        params = self.bucket_exists()
        self.s3.delete_bucket(**params)
        return params

    def object_exists(self):
        params = dict(self.bucket_exists(), Key='k')
        self.s3.put_object(Body=b'x', **params)
        return params

    def object_not_exists(self):
        params = self.object_exists()
        self.s3.delete_object(**params)
        return params


class Waiters(rig.Case):
    arguments = ('--profile', 'aws', '--speed', '1000')

    def check_it_ends_well(self, service, name):
        ready = Ready(self.rig)
        if name in NEVER:
            self.check_it_never_ends(service, name, ready)
            return
        if not hasattr(ready, name):
            self.skipTest('READY does not say how to make what %s waits for' % name)
        params = getattr(ready, name)()
        self.rig.aws(service).get_waiter(name).wait(WaiterConfig=PACE, **params)

    def check_it_never_ends(self, service, name, ready):
        from botocore.exceptions import WaiterError
        with self.assertRaisesRegex(WaiterError, 'Max attempts exceeded'):
            self.rig.aws(service).get_waiter(name).wait(
                InstanceId=ready.running()['InstanceIds'][0],
                WaiterConfig={'Delay': 0.01, 'MaxAttempts': 2})

    def unknown(self, ready, name, operation):
        if operation in UNKNOWN:
            return UNKNOWN[operation]
        if operation == 'DescribeLoadBalancers':
            params = ready.load_balancers_deleted()
            self.rig.aws('elbv2').get_waiter('load_balancers_deleted').wait(WaiterConfig=PACE,
                                                                            **params)
            return params
        if operation == 'DescribeTargetHealth':
            return {'TargetGroupArn': ready.target_in_service()['TargetGroupArn'],
                    'Targets': [{'Id': 'i-0123456789abcdef1'}]}
        if operation == 'DescribeInstanceHealth':
            ready.instance_in_service()
            return {'LoadBalancerName': 'c', 'Instances': [{'InstanceId': 'i-0123456789abcdef1'}]}
        self.skipTest('UNKNOWN has no parameters for ' + operation)

    def check_an_unknown_one(self, service, name, config):
        from botocore.exceptions import ClientError, WaiterError
        client = self.rig.aws(service)
        params = self.unknown(Ready(self.rig), name, config.operation)
        method = next(m for m, op in client.meta.method_to_api_mapping.items()
                      if op == config.operation)
        code = status = None
        try:
            getattr(client, method)(**params)
        except ClientError as error:
            code = error.response['Error']['Code']
            status = error.response['ResponseMetadata']['HTTPStatusCode']
        awaited = {a.expected: a.state for a in config.acceptors
                   if a.matcher in ('error', 'status') and not isinstance(a.expected, bool)}
        if code and awaited and status not in awaited:  # botocore knows AWS's codes
            self.assertIn(code, list(awaited) + [OTHER_CODES.get(name)])
        outcome = awaited.get(code, awaited.get(status))
        waiter, pace = client.get_waiter(name), {'Delay': 0.01, 'MaxAttempts': 2}
        if outcome == 'success' or not code:
            with contextlib.suppress(*(() if code else (WaiterError,))):
                waiter.wait(WaiterConfig=pace, **params)
            return
        with self.assertRaises(WaiterError) as caught:
            waiter.wait(WaiterConfig=pace, **params)
        if outcome != 'retry':
            self.assertIn(code, str(caught.exception))


def add_tests():
    with clients() as client_of:
        for service in SERVICES:
            client = client_of(service)
            for name in client.waiter_names:
                config = client.get_waiter(name).config
                if not is_served(client, config.operation):
                    continue
                title = 'test_%s_%s' % (service.replace('-', '_'), name)
                setattr(Waiters, title,
                        lambda self, s=service, n=name: self.check_it_ends_well(s, n))
                setattr(Waiters, title + '_of_an_unknown_one', lambda self, s=service, n=name,
                        c=config: self.check_an_unknown_one(s, n, c))


add_tests()

if __name__ == '__main__':
    sys.exit(rig.main())
