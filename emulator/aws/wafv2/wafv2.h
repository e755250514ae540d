#pragma once
/*
 * WAFv2: web ACLs, rule groups, sets of addresses and of patterns, and the load balancers that have
 * a web ACL. Rules are checked, counted and kept; nothing is filtered here.
 *
 * Document kinds: web-acl, waf-rule-group, waf-ip-set, waf-regex-pattern-set (key: the ARN, shapes
 * WebACL, RuleGroup, IPSet, RegexPatternSet; extra: {Scope, LockToken}), web-acl-association (key:
 * the resource's ARN).
 *
 * Source: WAFv2 API Reference; WAF Developer Guide; pkg/deploy/elbv2/web_acl_association of the
 * load balancer controller.
 */
#include "emulator/aws/common.h"
#include "emulator/aws/operation.h"

extern const struct kind kind_web_acl, kind_waf_rule_group, kind_waf_ip_set,
	kind_waf_regex_pattern_set, kind_web_acl_association;

/** A random id that is none: a hash of the call. In the call's arena. */
const char *waf_uuid(struct call *call, const char *what, const char *name);

/**
 * How many web ACL capacity units rules take, and whether what they refer to is there.
 *
 * @param rules  list of Rule, may be NULL
 * @param err    WAFNonexistentItemException, WAFInvalidParameterException (names and priorities
 *               that occur twice, managed groups of unknown vendors)
 *
 * Source: WAF Developer Guide, "Web ACL capacity units (WCUs)" and the pages of each statement.
 */
must_check bool waf_capacity(struct call *call, const struct json *rules, int64_t *ret,
			     struct err *err);
/** Whether a tree has the text as a value somewhere: a reference. */
bool waf_mentions(const struct json *value, const char *text);

/** @name Associations of either generation of WAF (association.c). `member` of their documents'
 * body is the web ACL: "WebACLArn", "WebACLId"; their kinds have the index "acl" on it. */
/** An Application Load Balancer that is there; other resources are not modelled. */
must_check bool waf_check_resource(struct call *call, const char *arn, struct err *err);
/** Gives a resource a web ACL, in the place of the one it had. */
void waf_put_association(struct call *call, const struct kind *kind, const char *arn,
			 const char *member, const char *acl);
/** DisassociateWebACL: takes it away. */
must_check bool waf_disassociate(struct call *call, const struct kind *kind,
				 const struct json *input, struct err *err);
/** The web ACL of the input's ResourceArn as its association says it; *ret NULL: has none. */
must_check bool waf_acl_of(struct call *call, const struct kind *kind, const struct json *input,
			   const char *member, const char **ret, struct err *err);
/** Whether a resource that is still there has the web ACL. */
bool waf_has_resources(struct call *call, const struct kind *kind, const char *acl);
/** ListResourcesForWebACL. */
void waf_list_resources(struct call *call, const struct kind *kind, const struct json *input,
			const char *acl, struct json *output);

/** Handlers; see the operations of the same names in the WAFv2 API. Those of the four sorts of
 * entities are the same functions (entity.c). */
operation_fn waf_create_entity, waf_get_entity, waf_list_entities, waf_update_entity,
	waf_delete_entity, waf_check_capacity, waf_associate_web_acl, waf_disassociate_web_acl,
	waf_get_web_acl_for_resource, waf_list_resources_for_web_acl, waf_list_tags_for_resource,
	waf_tag_resource, waf_untag_resource;
