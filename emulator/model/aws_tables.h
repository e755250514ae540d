#pragma once
/* What the generated tables of the AWS models see and define; nobody else includes this. */
#include "emulator/model/aws_model.h"

extern const struct aws_service_model aws_model_acm, aws_model_ec2, aws_model_efs, aws_model_elb,
	aws_model_elbv2, aws_model_globalaccelerator, aws_model_iam, aws_model_kms,
	aws_model_route53, aws_model_s3, aws_model_shield, aws_model_sts, aws_model_tagging,
	aws_model_waf_regional, aws_model_wafv2;
