"""boto3 and what all services share: signatures, protocols, errors, IAM and STS, the reset."""

import http.client
import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import rig

TRUST = json.dumps({'Version': '2012-10-17', 'Statement': [{
    'Effect': 'Allow', 'Principal': {'AWS': '123456789012'}, 'Action': 'sts:AssumeRole'}]})
POLICY = json.dumps({'Version': '2012-10-17', 'Statement': [{
    'Effect': 'Allow', 'Action': 'ec2:Describe*', 'Resource': '*'}]})
INSTANT, AS_AWS = ('--profile', 'instant'), ('--profile', 'aws')


class Calls(rig.Case):
    def post(self, body, headers=None, path='/'):
        """Status, headers and text of a request that no SDK would send."""
        address = urllib.parse.urlsplit(self.rig.aws_url).netloc
        connection = http.client.HTTPConnection(address, timeout=rig.CLIENT_SECONDS)
        self.addCleanup(connection.close)
        connection.request('POST', path, body, headers or {
            'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8'})
        reply = connection.getresponse()
        return reply.status, reply.headers, reply.read().decode()


class Callers(Calls):
    arguments = AS_AWS

    def test_a_signed_call_knows_its_caller(self):
        identity = self.rig.aws('sts').get_caller_identity()
        self.assertEqual(identity['Arn'], 'arn:aws:iam::123456789012:user/operator')
        self.assertEqual(identity['Account'], '123456789012')
        self.assertRegex(identity['ResponseMetadata']['RequestId'], '^[0-9a-f-]{36}$')

    def test_a_wrong_secret_is_refused_in_each_services_words(self):
        self.refused('AuthFailure', self.rig.aws('ec2', secret='x').describe_vpcs, 401)
        for service, call in (('iam', 'list_roles'), ('sts', 'get_caller_identity'),
                              ('elbv2', 'describe_load_balancers'),
                              ('elb', 'describe_load_balancers')):
            client = self.rig.aws(service, secret='x')
            self.refused('SignatureDoesNotMatch', getattr(client, call), 403)

    def test_an_unknown_access_key_is_refused_in_each_services_words(self):
        unknown = 'AKIAIOSFODNN7EXAMPLE'
        self.refused('AuthFailure', self.rig.aws('ec2', key=unknown).describe_vpcs, 401)
        self.refused('InvalidClientTokenId',
                     self.rig.aws('sts', key=unknown).get_caller_identity, 403)
        self.refused('InvalidClientTokenId',
                     self.rig.aws('elbv2', key=unknown).describe_load_balancers, 403)
        self.refused('UnrecognizedClientException',
                     self.rig.aws('shield', key=unknown).get_subscription_state)

    def test_a_client_written_in_go_gets_long_answers_when_it_can_bear_them(self):
        # emulator/aws/gateway.c, spare_go
        ec2, sent = self.rig.aws('ec2'), []
        ec2.meta.events.register('before-send.ec2.DescribeInstanceTypes',
                                 lambda request, **_: sent.append(request))
        ec2.describe_instance_types()
        headers = {name: value.decode() if isinstance(value, bytes) else value
                   for name, value in sent[0].headers.items()}
        headers['Amz-Sdk-Invocation-Id'] = headers.pop('amz-sdk-invocation-id')
        for _ in range(5):
            started = time.monotonic()
            status, _, text = self.post(sent[0].body, headers)
            self.assertGreaterEqual(time.monotonic() - started, 0.004)
            self.assertEqual(status, 200, text)
            self.assertGreater(len(text), 4096)

    def test_an_unsigned_call_is_refused(self):
        status, headers, text = self.post('Action=DescribeVpcs&Version=2016-11-15')
        self.assertEqual(status, 400, text)
        self.assertIn('xml', headers['Content-Type'])
        self.assertIn('must contain the parameter AWSAccessKeyId', text)
        status, _, text = self.post('Action=GetCallerIdentity&Version=2011-06-15')
        self.assertEqual(status, 403, text)
        self.assertIn('<Code>MissingAuthenticationToken</Code>', text)

    def test_a_presigned_url_is_served_and_a_changed_one_is_not(self):
        url = self.rig.aws('sts').generate_presigned_url('get_caller_identity', HttpMethod='GET')
        with urllib.request.urlopen(url) as reply:
            self.assertIn(b'user/operator', reply.read())
        with self.assertRaises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(url.replace('X-Amz-Expires=3600', 'X-Amz-Expires=3601'))
        self.assertEqual(caught.exception.code, 403)
        caught.exception.close()

    def test_an_assumed_role_acts_with_its_token_only(self):
        iam, sts = self.rig.aws('iam'), self.rig.aws('sts')
        iam.create_role(RoleName='r', AssumeRolePolicyDocument=TRUST)
        made = sts.assume_role(RoleArn='arn:aws:iam::123456789012:role/r', RoleSessionName='me')
        keys = made['Credentials']
        args = (keys['AccessKeyId'], keys['SecretAccessKey'])
        identity = self.rig.aws('sts', *args, keys['SessionToken']).get_caller_identity()
        self.assertEqual(identity['Arn'], 'arn:aws:sts::123456789012:assumed-role/r/me')
        self.assertEqual(identity['UserId'], made['AssumedRoleUser']['AssumedRoleId'])
        self.refused('InvalidClientTokenId', self.rig.aws('sts', *args).get_caller_identity, 403)


class Protocols(Calls):
    def test_json_services_answer(self):
        shield = self.rig.aws('shield')
        self.assertEqual(shield.get_subscription_state()['SubscriptionState'], 'INACTIVE')
        self.refused('ResourceNotFoundException', shield.describe_subscription)

    def test_unknown_actions_are_refused_in_each_services_words(self):
        for service, version in (('ec2', '2016-11-15'), ('elasticloadbalancing', '2015-12-01'),
                                 ('iam', '2010-05-08')):
            status, _, text = self.post('Action=MakeCoffee&Version=' + version,
                                        self.signed_for(service))
            self.assertEqual(status, 400, text)
            self.assertIn('<Code>InvalidAction</Code>', text)
            self.assertIn('MakeCoffee', text)

    def signed_for(self, service):
        """Headers as a signer makes them: the instant profile knows the service by the scope."""
        return {'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8',
                'X-Amz-Date': '20260101T000000Z',
                'Authorization': 'AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/%s/'
                                 'aws4_request, SignedHeaders=host, Signature=00' % service}

    def test_what_is_not_built_says_so(self):
        for service, call in (('kms', 'describe_custom_key_stores'), ('route53', 'list_traffic_policies'),
                              ('efs', 'describe_account_preferences')):
            message = self.refused('NotImplemented', getattr(self.rig.aws(service), call), 501)
            self.assertIn('skyrig does not have ' + service + ':', message)

    def test_a_service_that_is_not_known_says_so(self):
        message = self.refused('NotImplemented', self.rig.aws('sqs').list_queues, 501)
        self.assertIn("skyrig does not have the AWS service 'AmazonSQS'", message)

    def test_a_browser_gets_json(self):
        with self.assertRaises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(self.rig.aws_url + '/')
        with caught.exception as reply:
            self.assertEqual(reply.code, 403)
            self.assertEqual(reply.headers['Content-Type'], 'application/json')
            self.assertIn('skyrig', json.load(reply)['message'])


class Iam(Calls):
    def setUp(self):
        super().setUp()
        self.iam = self.rig.aws('iam')

    def make_role(self, name, **params):
        return self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST, **params)['Role']

    def test_a_role_comes_back_as_it_was_made(self):
        made = self.make_role('nodes', Description='a & <b>\r\n\t"ä"',
                              Tags=[{'Key': 'schlüssel', 'Value': '日本'}])
        role = self.iam.get_role(RoleName='nodes')['Role']
        self.assertEqual(role['AssumeRolePolicyDocument'], json.loads(TRUST))
        self.assertEqual(role['Description'], 'a & <b>\r\n\t"ä"')
        self.assertEqual(role['Tags'], [{'Key': 'schlüssel', 'Value': '日本'}])
        self.assertEqual(made['CreateDate'], role['CreateDate'])
        self.assertIn('cannot be found', self.refused('NoSuchEntity', self.iam.get_role, 404,
                                                      RoleName='none'))
        self.refused('EntityAlreadyExists', self.iam.create_role, 409, RoleName='nodes',
                     AssumeRolePolicyDocument=TRUST)

    def test_an_instance_profile_and_its_role_go_in_order(self):
        self.make_role('nodes')
        self.iam.put_role_policy(RoleName='nodes', PolicyName='p', PolicyDocument=POLICY)
        self.iam.create_instance_profile(InstanceProfileName='nodes')
        self.iam.add_role_to_instance_profile(InstanceProfileName='nodes', RoleName='nodes')
        profile = self.iam.get_instance_profile(InstanceProfileName='nodes')['InstanceProfile']
        self.assertEqual([r['RoleName'] for r in profile['Roles']], ['nodes'])
        self.assertEqual(self.iam.get_role_policy(RoleName='nodes', PolicyName='p')[
            'PolicyDocument'], json.loads(POLICY))
        for delete in (lambda: self.iam.delete_role(RoleName='nodes'),
                       lambda: self.iam.delete_instance_profile(InstanceProfileName='nodes')):
            self.refused('DeleteConflict', delete, 409)
        self.iam.remove_role_from_instance_profile(InstanceProfileName='nodes', RoleName='nodes')
        self.refused('DeleteConflict', self.iam.delete_role, 409, RoleName='nodes')  # its policy
        self.iam.delete_role_policy(RoleName='nodes', PolicyName='p')
        self.iam.delete_instance_profile(InstanceProfileName='nodes')
        self.iam.delete_role(RoleName='nodes')
        self.assertEqual(self.iam.list_roles()['Roles'], [])

    def test_a_bad_policy_is_refused(self):
        self.make_role('nodes')
        self.refused('MalformedPolicyDocument', self.iam.put_role_policy, RoleName='nodes',
                     PolicyName='p', PolicyDocument='{"Version":')
        self.refused('MalformedPolicyDocument', self.iam.create_role, RoleName='other',
                     AssumeRolePolicyDocument='not json')

    def test_pages_have_every_role_once(self):
        names = ['role-%03d' % i for i in range(25)]
        for name in names:
            self.make_role(name)
        pages = self.iam.get_paginator('list_roles').paginate(PaginationConfig={'PageSize': 10})
        self.assertEqual([r['RoleName'] for page in pages for r in page['Roles']], names)


class Instant(Calls):
    def test_any_key_will_do_and_a_post_resets(self):
        iam = self.rig.aws('iam', key='testing', secret='testing')
        iam.create_role(RoleName='r', AssumeRolePolicyDocument=TRUST)
        request = urllib.request.Request(self.rig.aws_url + '/moto-api/reset', method='POST')
        with urllib.request.urlopen(request) as reply:
            self.assertEqual(json.load(reply), {'status': 'ok'})
        self.refused('NoSuchEntity', iam.get_role, 404, RoleName='r')


class AsAws(Calls):
    arguments = AS_AWS

    def test_the_aws_profile_is_not_reset(self):
        request = urllib.request.Request(self.rig.aws_url + '/moto-api/reset', method='POST')
        with self.assertRaises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(request)
        self.assertEqual(caught.exception.code, 403)
        caught.exception.close()


if __name__ == '__main__':
    sys.exit(rig.main())
