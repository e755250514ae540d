"""What `skyrig leaks --plan` prints is run as it stands with the real AWS CLI, until nothing is leaked."""

import subprocess
import sys

import rig


def secret(name):
    """The secret key of an actor, as emulator/emulator.c makes it."""
    text = 'skyrig/%s/' % name
    return text + ''.join('0123456789'[i % 10] for i in range(len(text), 40))


LBC = ('AKIASKYRIGLBCONTROLL', secret('load-balancer-controller'))
CCM = ('AKIASKYRIGCLOUDCTLMA', secret('cloud-controller-manager'))


class Plan(rig.Case):
    """Two controllers leave load balancers behind whose Services never were, and all that hangs on them."""

    arguments = ('--profile', 'aws', '--speed', '1000')

    def network(self):
        ec2 = self.rig.aws('ec2')
        vpc = ec2.create_vpc(CidrBlock='10.0.0.0/16')['Vpc']['VpcId']
        gateway = ec2.create_internet_gateway()['InternetGateway']['InternetGatewayId']
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        subnets = [ec2.create_subnet(VpcId=vpc, CidrBlock='10.0.%d.0/24' % i,
                                     AvailabilityZone=rig.REGION + zone)['Subnet']['SubnetId']
                   for i, zone in enumerate('ab')]
        return vpc, subnets

    def leave_nlb(self, vpc, subnets):
        ec2, elb = self.rig.aws('ec2', *LBC), self.rig.aws('elbv2', *LBC)
        tags = [{'Key': 'elbv2.k8s.aws/cluster', 'Value': 'shoot--qa--demo'},
                {'Key': 'service.k8s.aws/stack', 'Value': 'default/echo'}]
        group = ec2.create_security_group(
            GroupName='k8s-default-echo', Description='[k8s] Managed', VpcId=vpc,
            TagSpecifications=[{'ResourceType': 'security-group', 'Tags': tags}])['GroupId']
        balancer = elb.create_load_balancer(
            Name='k8s-default-echo', Type='network', Scheme='internet-facing', Subnets=subnets,
            SecurityGroups=[group], Tags=tags)['LoadBalancers'][0]['LoadBalancerArn']
        target = elb.create_target_group(
            Name='k8s-default-echo-1', Protocol='TCP', Port=30080, VpcId=vpc,
            Tags=tags)['TargetGroups'][0]['TargetGroupArn']
        elb.create_listener(LoadBalancerArn=balancer, Protocol='TCP', Port=80, Tags=tags, DefaultActions=[
            {'Type': 'forward', 'TargetGroupArn': target}])

    def leave_classic(self, vpc, subnets):
        ec2, elb = self.rig.aws('ec2', *CCM), self.rig.aws('elb', *CCM)
        tags = [{'Key': 'kubernetes.io/service-name', 'Value': 'default/old'},
                {'Key': 'kubernetes.io/cluster/shoot--qa--demo', 'Value': 'owned'}]
        group = ec2.create_security_group(
            GroupName='k8s-elb-a0123', VpcId=vpc,
            Description='Security group for Kubernetes ELB a0123 (default/old)')['GroupId']
        elb.create_load_balancer(
            LoadBalancerName='a0123', Subnets=subnets, SecurityGroups=[group], Tags=tags, Listeners=[
                {'Protocol': 'TCP', 'LoadBalancerPort': 80, 'InstancePort': 30080}])

    def leaks(self, *arguments):
        return self.rig.run(rig.SKYRIG, 'leaks', *arguments).stdout

    def test_running_the_plan_with_the_aws_command_line_leaves_nothing_leaked(self):
        vpc, subnets = self.network()
        self.assertIn('0 leaked', self.leaks())
        self.leave_nlb(vpc, subnets)
        self.leave_classic(vpc, subnets)
        before = self.leaks()
        for kind in ('load-balancer', 'target-group', 'classic-load-balancer', 'security-group'):
            self.assertIn(kind, before)
        plan = self.leaks('--plan')
        # dependents first: a security group goes after the load balancer that uses it
        self.assertLess(plan.index('delete-load-balancer'), plan.index('delete-security-group'))
        # `serve --env` says so too: the first version of the command line knows no AWS_REGION
        env = dict(self.rig.env, AWS_DEFAULT_REGION=rig.REGION)
        done = subprocess.run(['bash', '-eu'], input=plan, env=env, text=True,
                              capture_output=True, timeout=300, check=False)
        self.assertEqual(done.returncode, 0, plan + done.stdout + done.stderr)
        self.assertIn('0 leaked', self.leaks())
        self.assertEqual(self.leaks('--plan').strip(), '')
        # what was the operator's own is still there
        self.assertEqual(len(self.rig.aws('ec2').describe_subnets(
            Filters=[{'Name': 'vpc-id', 'Values': [vpc]}])['Subnets']), 2)


if __name__ == '__main__':
    sys.exit(rig.main())
