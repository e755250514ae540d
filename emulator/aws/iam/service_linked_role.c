/* Roles that belong to a service. Kept as roles under /aws-service-role/. */
#include "emulator/aws/iam/iam.h"
#include "emulator/base/ids.h"

static const struct service_role {
	const char *service, *role, *policy;
	bool suffix; /* takes a CustomSuffix */
} services[] = {
#define SERVICE_ROLE(service, role, policy, suffix) {service, role, policy, suffix},
#include "emulator/aws/iam/service_roles.tbl"
#undef SERVICE_ROLE
};

static const struct service_role *find_service(const char *name)
{
	for (size_t i = 0; i < array_size(services); i++)
		if (str_eq(services[i].service, name))
			return &services[i];
	return NULL;
}

static const struct doc *add_role(struct call *call, const struct json *input,
				  const struct service_role *service, const char *name)
{
	const char *path = arena_printf(call->arena, "/aws-service-role/%s/", service->service);
	struct json *role = json_new_object();

	json_set_str(role, "Path", path);
	json_set_str(role, "RoleName", name);
	json_set_str(role, "RoleId", iam_id(call, &kind_iam_role, "AROA", name));
	json_set_str(role, "Arn", aws_global_arn(call, "iam", "role%s%s", path, name));
	json_set_str(role, "CreateDate", iam_now(call));
	json_setf(role, "AssumeRolePolicyDocument",
		  "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\","
		  "\"Principal\":{\"Service\":\"%s\"},\"Action\":\"sts:AssumeRole\"}]}",
		  service->service);
	json_set_copy(role, "Description", json_get(input, "Description"));
	json_set_int(role, "MaxSessionDuration", 3600);
	return world_add(call, (struct doc_spec){.kind = &kind_iam_role,
						 .key = iam_key(call, name),
						 .body = role});
}

static void attach(struct call *call, const struct doc *role, const struct service_role *service)
{
	const char *arn = arena_printf(call->arena, "arn:aws:iam::aws:policy/aws-service-role/%s",
				       service->policy);
	struct json *body = json_new_object(), *extra = json_new_object();

	json_set_str(body, "PolicyName", service->policy);
	json_set_str(body, "PolicyArn", arn);
	json_set_str(extra, "Role", role->key);
	world_add(call, (struct doc_spec){.kind = &kind_iam_attached_policy,
					  .key = arena_printf(call->arena, "%s/%s", role->key, arn),
					  .body = body,
					  .extra = extra});
}

bool iam_create_service_linked_role(struct call *call, const struct json *input,
				    struct json *output, struct err *err)
{
	const char *wanted = json_get_str(input, "AWSServiceName");
	const char *suffix = json_get_str(input, "CustomSuffix"), *name;
	const struct service_role *service = find_service(wanted);
	const struct doc *role;
	struct json *shown;

	if (!service)
		return err_set(err, ERR_UNSUPPORTED, "NotImplemented",
			       "skyrig has no service-linked role of the service '%s'", wanted);
	if (suffix && !service->suffix)
		return aws_fail(err, AWS_IAM_SERVICE_SUFFIX, wanted);
	name = suffix ? arena_printf(call->arena, "%s_%s", service->role, suffix) : service->role;
	if (iam_find(call, &kind_iam_role, name))
		return aws_fail(err, AWS_IAM_SERVICE_ROLE_EXISTS, name);
	role = add_role(call, input, service, name);
	attach(call, role, service);
	shown = iam_role_view(call, role, false);
	json_remove(shown, "Description");
	json_set(output, "Role", shown);
	return true;
}

static const char *const task_prefix = "task/aws-service-role/";

bool iam_delete_service_linked_role(struct call *call, const struct json *input,
				    struct json *output, struct err *err)
{
	const char *name = json_get_str(input, "RoleName");
	const struct doc *role = iam_role_named(call, name, err);
	const char *path = role ? doc_str(role, "Path") : NULL;
	struct docs docs = {0};
	char uuid[37];

	if (!role)
		return false;
	if (!str_starts_with(path, "/aws-service-role/"))
		return aws_fail(err, AWS_IAM_NOT_FOUND, "role", name);
	path += strlen("/aws-service-role/");
	ids_uuid(world_seed(call->world), "deletion-task", call->actor, name, call->number, uuid);
	json_set_str(output, "DeletionTaskId",
		     arena_printf(call->arena, "%s%s%s/%s", task_prefix, path, name, uuid));
	world_lookup(call->world, &kind_iam_attached_policy, "role", role->key, &docs);
	for (size_t i = 0; i < docs.count; i++)
		world_remove(call, &kind_iam_attached_policy, docs.items[i]->key);
	docs_done(&docs);
	world_remove(call, &kind_iam_role, role->key);
	return true;
}

/* "task/aws-service-role/SERVICE/ROLE/uuid": done as soon as it was asked for. */
bool iam_get_service_linked_role_deletion_status(struct call *call, const struct json *input,
						 struct json *output, struct err *err)
{
	const char *task = json_get_str(input, "DeletionTaskId");

	(void)call;
	if (!str_starts_with(task, task_prefix))
		return aws_fail(err, AWS_IAM_DELETION_TASK, task);
	json_set_str(output, "Status", "SUCCEEDED");
	return true;
}
