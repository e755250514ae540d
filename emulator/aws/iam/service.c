/* The table of operations of iam. */
#include "emulator/aws/iam/iam.h"
#include "emulator/aws/operation.h"

static const struct operation operations[] = {
	{"AddRoleToInstanceProfile", iam_add_role_to_instance_profile, OP_WRITE},
	{"AttachRolePolicy", iam_attach_role_policy, OP_WRITE},
	{"CreateInstanceProfile", iam_create_instance_profile, OP_WRITE},
	{"CreateRole", iam_create_role, OP_WRITE},
	{"DeleteInstanceProfile", iam_delete_instance_profile, OP_WRITE},
	{"DeleteRole", iam_delete_role, OP_WRITE},
	{"DeleteRolePolicy", iam_delete_role_policy, OP_WRITE},
	{"DetachRolePolicy", iam_detach_role_policy, OP_WRITE},
	{"GetInstanceProfile", iam_get_instance_profile, OP_READ},
	{"GetRole", iam_get_role, OP_READ},
	{"GetRolePolicy", iam_get_role_policy, OP_READ},
	{"ListAttachedRolePolicies", iam_list_attached_role_policies, OP_READ},
	{"ListInstanceProfileTags", iam_list_instance_profile_tags, OP_READ},
	{"ListInstanceProfiles", iam_list_instance_profiles, OP_READ},
	{"ListInstanceProfilesForRole", iam_list_instance_profiles_for_role, OP_READ},
	{"ListRolePolicies", iam_list_role_policies, OP_READ},
	{"ListRoleTags", iam_list_role_tags, OP_READ},
	{"ListRoles", iam_list_roles, OP_READ},
	{"PutRolePolicy", iam_put_role_policy, OP_WRITE},
	{"RemoveRoleFromInstanceProfile", iam_remove_role_from_instance_profile, OP_WRITE},
	{"TagInstanceProfile", iam_tag_instance_profile, OP_WRITE},
	{"TagRole", iam_tag_role, OP_WRITE},
	{"UntagInstanceProfile", iam_untag_instance_profile, OP_WRITE},
	{"UntagRole", iam_untag_role, OP_WRITE},
	{"UpdateAssumeRolePolicy", iam_update_assume_role_policy, OP_WRITE},
	{"UpdateRole", iam_update_role, OP_WRITE},
	{"UpdateRoleDescription", iam_update_role_description, OP_WRITE},
};

const struct service service_iam = {
	.name = "iam",
	.operations = operations,
	.operation_count = array_size(operations),
};
