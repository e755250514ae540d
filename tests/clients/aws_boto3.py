#!/usr/bin/env python3
"""boto3 against the AWS façade: signatures, protocols, errors, presigned URLs, the reset.

usage: aws_boto3.py AWS_SERVER
"""
import json
import os
import subprocess
import sys
import unittest
import urllib.error
import urllib.request

try:
    import boto3
    from botocore.config import Config
    from botocore.exceptions import ClientError
except ImportError:
    print("SKIPPED: no boto3")
    sys.exit(77)

SERVER = sys.argv.pop(1)
KEY, SECRET = "AKIASKYRIGOPERATOR22", "skyrig/operator/012345678901234567890123"
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"}]})


class Server:
    """A façade of its own for each test."""

    def __init__(self, profile):
        self.process = subprocess.Popen([SERVER, profile], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.url = "http://127.0.0.1:" + self.process.stdout.readline().strip()

    def client(self, service, key=KEY, secret=SECRET, token=None):
        return boto3.client(service, endpoint_url=self.url, region_name="eu-west-1",
                            aws_access_key_id=key, aws_secret_access_key=secret,
                            aws_session_token=token,
                            config=Config(retries={"total_max_attempts": 1}))

    def stop(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


class Case(unittest.TestCase):
    profile = "aws"

    def setUp(self):
        self.server = Server(self.profile)
        self.addCleanup(self.server.stop)

    def refused(self, code, status, call, **params):
        with self.assertRaises(ClientError) as caught:
            call(**params)
        error = caught.exception.response
        self.assertEqual(error["Error"]["Code"], code)
        self.assertEqual(error["ResponseMetadata"]["HTTPStatusCode"], status)
        self.assertRegex(error["ResponseMetadata"]["RequestId"], "^[0-9a-f-]{36}$")
        return error["Error"]["Message"]


class Signed(Case):
    def test_a_signed_call_knows_its_caller(self):
        identity = self.server.client("sts").get_caller_identity()
        self.assertEqual(identity["Arn"], "arn:aws:iam::123456789012:user/operator")
        self.assertRegex(identity["ResponseMetadata"]["RequestId"], "^[0-9a-f-]{36}$")

    def test_wrong_keys_are_refused_in_each_services_words(self):
        self.refused("AuthFailure", 401, self.server.client("ec2", secret="x").describe_vpcs)
        self.refused("AuthFailure", 401, self.server.client("ec2", key="AKIANONE").describe_vpcs)
        self.refused("SignatureDoesNotMatch", 403, self.server.client("iam", secret="x").list_roles)
        self.refused("InvalidClientTokenId", 403,
                     self.server.client("sts", key="AKIANONE").get_caller_identity)
        self.refused("UnrecognizedClientException", 400,
                     self.server.client("shield", key="AKIANONE").get_subscription_state)

    def test_a_presigned_url_is_served_and_a_changed_one_is_not(self):
        url = self.server.client("sts").generate_presigned_url("get_caller_identity",
                                                               HttpMethod="GET")
        with urllib.request.urlopen(url) as reply:
            self.assertIn(b"user/operator", reply.read())
        with self.assertRaises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(url.replace("X-Amz-Expires=3600", "X-Amz-Expires=3601"))
        self.assertEqual(caught.exception.code, 403)
        caught.exception.close()

    def test_an_assumed_role_acts_with_its_token_only(self):
        iam, sts = self.server.client("iam"), self.server.client("sts")
        iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)
        made = sts.assume_role(RoleArn="arn:aws:iam::123456789012:role/r", RoleSessionName="me")
        keys = made["Credentials"]
        args = (keys["AccessKeyId"], keys["SecretAccessKey"])
        identity = self.server.client("sts", *args, keys["SessionToken"]).get_caller_identity()
        self.assertEqual(identity["Arn"], "arn:aws:sts::123456789012:assumed-role/r/me")
        self.assertEqual(identity["UserId"], made["AssumedRoleUser"]["AssumedRoleId"])
        self.refused("InvalidClientTokenId", 403,
                     self.server.client("sts", *args).get_caller_identity)


class Protocols(Case):
    def test_json_services_answer(self):
        shield = self.server.client("shield")
        self.assertEqual(shield.get_subscription_state()["SubscriptionState"], "INACTIVE")
        self.refused("ResourceNotFoundException", 400, shield.describe_subscription)

    def test_documents_come_back_decoded(self):
        iam = self.server.client("iam")
        made = iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST,
                               Description="a & <b>\r\n\t\"ä\"",
                               Tags=[{"Key": "schlüssel", "Value": "日本"}])["Role"]
        self.assertEqual(made["AssumeRolePolicyDocument"], json.loads(TRUST))
        role = iam.get_role(RoleName="r")["Role"]
        self.assertEqual(role["AssumeRolePolicyDocument"], json.loads(TRUST))
        self.assertEqual(role["Description"], "a & <b>\r\n\t\"ä\"")
        self.assertEqual(role["Tags"], [{"Key": "schlüssel", "Value": "日本"}])
        self.assertEqual(made["CreateDate"], role["CreateDate"])
        self.assertIn("cannot be found", self.refused("NoSuchEntity", 404, iam.get_role,
                                                      RoleName="none"))

    def test_paginators_see_every_item_once(self):
        iam = self.server.client("iam")
        names = [f"role-{i:03}" for i in range(25)]
        for name in names:
            iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
        pages = iam.get_paginator("list_roles").paginate(PaginationConfig={"PageSize": 10})
        self.assertEqual([r["RoleName"] for page in pages for r in page["Roles"]], names)

    def test_what_is_not_built_says_so(self):
        message = self.refused("NotImplemented", 501, self.server.client("kms").list_keys)
        self.assertIn("skyrig does not have kms:ListKeys yet", message)
        self.refused("NotImplemented", 501, self.server.client("route53").list_hosted_zones)
        self.refused("NotImplemented", 501, self.server.client("s3").list_buckets)
        self.refused("NotImplemented", 501, self.server.client("efs").describe_file_systems)


class Instant(Case):
    profile = "instant"

    def test_any_key_will_do_and_a_post_resets(self):
        iam = self.server.client("iam", key="testing", secret="testing")
        iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)
        request = urllib.request.Request(self.server.url + "/moto-api/reset", method="POST")
        with urllib.request.urlopen(request) as reply:
            self.assertEqual(json.load(reply), {"status": "ok"})
        self.refused("NoSuchEntity", 404, iam.get_role, RoleName="r")

    def test_a_browser_gets_json(self):
        with self.assertRaises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(self.server.url + "/")
        with caught.exception as reply:
            self.assertEqual(reply.code, 403)
            self.assertEqual(reply.headers["Content-Type"], "application/json")
            self.assertIn("skyrig", json.load(reply)["message"])


class Profile(Case):
    def test_a_scenarios_world_is_not_reset(self):
        request = urllib.request.Request(self.server.url + "/moto-api/reset", method="POST")
        with self.assertRaises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(request)
        self.assertEqual(caught.exception.code, 403)
        caught.exception.close()


if __name__ == "__main__":
    for name in list(os.environ):
        if name.startswith("AWS_") or name.lower().endswith("_proxy"):
            del os.environ[name]
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    unittest.main()
