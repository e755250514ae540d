/* What each type of action says, whether it makes sense, and what AWS adds to it. */
#include "emulator/aws/elbv2/internal.h"

#define WEIGHT_MAX	   999	  /* API: TargetGroupTuple, Weight */
#define SECONDS_MAX	   604800 /* API: TargetGroupStickinessConfig, SessionTimeout: seven days */
#define EXTRA_PARAMS_MAX   10	  /* API: AuthenticationRequestExtraParams */
#define CLAIMS_MAX	   10	  /* API: JwtValidationActionConfig, AdditionalClaims */
#define JWT_CHARACTERS_MAX 256	  /* API: JwtValidationActionConfig */

/* ---- forward ---- */

bool forward_check(const struct json *action, struct err *err)
{
	const struct json *config = json_get(action, "ForwardConfig");
	const struct json *groups = json_get(config, "TargetGroups");
	const struct json *sticky = json_get(config, "TargetGroupStickinessConfig");
	const char *arn = json_get_str(action, "TargetGroupArn");
	int64_t seconds = json_get_int(sticky, "DurationSeconds", 0);

	if (!arn && !json_size(groups))
		return aws_fail(err, AWS_ELBV2_ACTION_TARGET);
	/* Both forms may be said when they say the same (API: Action, ForwardConfig). */
	if (arn && json_size(groups) &&
	    (json_size(groups) > 1 ||
	     !str_eq(arn, json_get_str(json_at(groups, 0), "TargetGroupArn"))))
		return aws_fail(err, AWS_ELBV2_FORWARD_TWICE);
	json_foreach (tuple, groups) {
		int64_t weight = json_get_int(tuple, "Weight", 1);

		if (!json_get_str(tuple, "TargetGroupArn"))
			return aws_fail(err, AWS_ELBV2_ACTION_TARGET);
		if (weight < 0 || weight > WEIGHT_MAX)
			return aws_fail(err, AWS_ELBV2_WEIGHT);
	}
	if (json_get(sticky, "DurationSeconds") ? seconds < 1 || seconds > SECONDS_MAX
						: json_get_bool(sticky, "Enabled", false))
		return aws_fail(err, AWS_ELBV2_STICKINESS_SECONDS);
	return true;
}

/* AWS shows a forward in both forms when it has one group: TargetGroupArn and ForwardConfig. */
static void complete_forward(struct json *action)
{
	struct json *config = json_ensure_object(action, "ForwardConfig"), *groups;
	const char *arn = json_get_str(action, "TargetGroupArn");

	groups = json_ensure_array(config, "TargetGroups");
	if (!json_size(groups)) {
		struct json *tuple = json_new_object();

		json_set_str(tuple, "TargetGroupArn", arn);
		json_append(groups, tuple);
	}
	for (struct json *item = json_first_mut(groups); item; item = json_next_mut(item)) {
		if (!json_get(item, "Weight"))
			json_set_int(item, "Weight", 1);
	}
	if (json_size(groups) == 1 && !arn)
		json_set_str(action, "TargetGroupArn",
			     json_get_str(json_at(groups, 0), "TargetGroupArn"));
	if (!json_get(config, "TargetGroupStickinessConfig"))
		json_set_bool(json_ensure_object(config, "TargetGroupStickinessConfig"), "Enabled",
			      false);
}

/* ---- redirect, fixed-response ---- */

/* What a redirect does not say stays as it is (API: RedirectActionConfig). */
static const struct {
	const char *member, *same;
} url_parts[] = {
	{"Protocol", "#{protocol}"}, {"Port", "#{port}"},   {"Host", "#{host}"},
	{"Path", "/#{path}"},	     {"Query", "#{query}"},
};
#define QUERY_PART 4 /* a redirect that changes nothing else would go round */

static bool check_redirect_port(const char *port)
{
	unsigned long number;
	char *end;

	if (!port || str_eq(port, "#{port}"))
		return true;
	number = *port >= '0' && *port <= '9' ? strtoul(port, &end, 10) : 0;
	return number >= 1 && number <= 65535 && !*end;
}

static bool check_redirect(const struct json *config, const char *protocol, struct err *err)
{
	const char *path = json_get_str(config, "Path");
	bool moves = false;

	for (size_t i = 0; i < QUERY_PART; i++) {
		const char *part = json_get_str(config, url_parts[i].member);

		moves = moves || (part && !str_eq(part, url_parts[i].same));
	}
	if (!moves)
		return aws_fail(err, AWS_ELBV2_REDIRECT_LOOP);
	if (path && *path != '/')
		return aws_fail(err, AWS_ELBV2_REDIRECT_PATH, path);
	if (!check_redirect_port(json_get_str(config, "Port")))
		return aws_fail(err, AWS_ELBV2_REDIRECT_PORT, json_get_str(config, "Port"));
	if (str_eq(protocol, "HTTPS") && str_eq(json_get_str(config, "Protocol"), "HTTP"))
		return aws_fail(err, AWS_ELBV2_REDIRECT_INSECURE);
	return true;
}

static void complete_redirect(struct json *action)
{
	struct json *config = json_ensure_object(action, "RedirectConfig");

	for (size_t i = 0; i < array_size(url_parts); i++) {
		if (!json_get(config, url_parts[i].member))
			json_set_str(config, url_parts[i].member, url_parts[i].same);
	}
}

static bool check_fixed_response(const struct json *config, struct err *err)
{
	static const char *const types[] = {"text/plain", "text/css", "text/html",
					    "application/javascript", "application/json"};
	const char *type = json_get_str(config, "ContentType");

	for (size_t i = 0; i < array_size(types); i++) {
		if (!type || str_eq(type, types[i]))
			return true;
	}
	return aws_fail(err, AWS_ELBV2_CONTENT_TYPE, type);
}

/* ---- authenticate-oidc, authenticate-cognito, jwt-validation ---- */

static bool check_urls(const struct json *config, const char *const *members, struct err *err)
{
	for (; *members; members++) {
		const char *url = json_get_str(config, *members);

		if (!str_starts_with(url, "https://") || !url[strlen("https://")])
			return aws_fail(err, AWS_ELBV2_URL, *members, url ? url : "");
	}
	return true;
}

/* What both ways to authenticate users have. */
static bool check_session(const struct json *config, struct err *err)
{
	int64_t seconds = json_get_int(config, "SessionTimeout", SECONDS_MAX);

	if (seconds < 1 || seconds > SECONDS_MAX)
		return aws_fail(err, AWS_ELBV2_SESSION_TIMEOUT);
	if (json_size(json_get(config, "AuthenticationRequestExtraParams")) > EXTRA_PARAMS_MAX)
		return aws_fail(err, AWS_ELBV2_EXTRA_PARAMS);
	return true;
}

static bool has_oidc(const struct json *actions)
{
	json_foreach (action, actions) {
		if (str_eq(json_get_str(action, "Type"), "authenticate-oidc"))
			return true;
	}
	return false;
}

/* A secret is asked for where there is none yet (API: ClientSecret, UseExistingClientSecret). */
static bool check_oidc(const struct json *config, const struct json *before, bool stays,
		       struct err *err)
{
	static const char *const urls[] = {"Issuer", "AuthorizationEndpoint", "TokenEndpoint",
					   "UserInfoEndpoint", NULL};
	bool existing = json_get_bool(config, "UseExistingClientSecret", false);

	if (!check_urls(config, urls, err) || !check_session(config, err))
		return false;
	if (stays || json_get_str(config, "ClientSecret"))
		return true;
	return (existing && has_oidc(before)) || aws_fail(err, AWS_ELBV2_CLIENT_SECRET);
}

static bool check_cognito(const struct json *config, struct err *err)
{
	const char *arn = json_get_str(config, "UserPoolArn");

	if (!str_starts_with(arn, "arn:aws") || !strstr(arn, ":cognito-idp:") ||
	    !strstr(arn, ":userpool/"))
		return aws_fail(err, AWS_ELBV2_USER_POOL, arn ? arn : "");
	return check_session(config, err);
}

static bool check_jwt(const struct json *config, struct err *err)
{
	static const char *const urls[] = {"JwksEndpoint", NULL};
	static const char *const own[] = {"exp", "iss", "nbf", "iat"};
	const struct json *claims = json_get(config, "AdditionalClaims");

	if (!check_urls(config, urls, err))
		return false;
	if (strlen(json_get_str(config, "JwksEndpoint")) > JWT_CHARACTERS_MAX ||
	    strlen(json_get_str(config, "Issuer")) > JWT_CHARACTERS_MAX ||
	    json_size(claims) > CLAIMS_MAX)
		return aws_fail(err, AWS_ELBV2_JWT_LIMITS);
	json_foreach (claim, claims) {
		if (json_size(json_get(claim, "Values")) > CLAIMS_MAX)
			return aws_fail(err, AWS_ELBV2_JWT_LIMITS);
		for (size_t i = 0; i < array_size(own); i++) {
			if (str_eq(json_get_str(claim, "Name"), own[i]))
				return aws_fail(err, AWS_ELBV2_JWT_CLAIM, own[i]);
		}
	}
	return true;
}

/* Secrets are never shown again (API: ClientSecret). */
static void complete_session(struct json *action, const char *member)
{
	struct json *config = json_ensure_object(action, member);

	json_remove(config, "ClientSecret");
	json_remove(config, "UseExistingClientSecret");
	if (!json_get(config, "SessionCookieName"))
		json_set_str(config, "SessionCookieName", "AWSELBAuthSessionCookie");
	if (!json_get(config, "Scope"))
		json_set_str(config, "Scope", "openid");
	if (!json_get(config, "SessionTimeout"))
		json_set_int(config, "SessionTimeout", SECONDS_MAX);
	if (!json_get(config, "OnUnauthenticatedRequest"))
		json_set_str(config, "OnUnauthenticatedRequest", "authenticate");
}

/* ---- All types ---- */

/* The member that a type's settings stand in; only listeners for HTTPS can tell who is there. */
static const struct action_type {
	const char *type, *config;
	bool https_only;
} types[] = {
	{"forward", "ForwardConfig", false},
	{"redirect", "RedirectConfig", false},
	{"fixed-response", "FixedResponseConfig", false},
	{"authenticate-oidc", "AuthenticateOidcConfig", true},
	{"authenticate-cognito", "AuthenticateCognitoConfig", true},
	{"jwt-validation", "JwtValidationConfig", true},
};

/* Settings of another type than the action's make no sense. */
static bool check_config(const struct json *action, const struct action_type *row,
			 const char *protocol, struct err *err)
{
	if (row->https_only && !str_eq(protocol, "HTTPS"))
		return aws_fail(err, AWS_ELBV2_ACTION_PROTOCOL, row->type);
	if (!str_eq(row->type, "forward") && !json_get(action, row->config))
		return aws_fail(err, AWS_ELBV2_ACTION_CONFIG, row->type, row->config);
	if (!str_eq(row->type, "forward") && json_get(action, "TargetGroupArn"))
		return aws_fail(err, AWS_ELBV2_ACTION_SURPLUS, "TargetGroupArn", row->type);
	for (size_t i = 0; i < array_size(types); i++) {
		if (&types[i] != row && json_get(action, types[i].config))
			return aws_fail(err, AWS_ELBV2_ACTION_SURPLUS, types[i].config, row->type);
	}
	return true;
}

bool action_check(const struct json *action, const char *protocol, const struct json *before,
		  bool stays, struct err *err)
{
	const char *type = json_get_str(action, "Type");
	const struct action_type *row = NULL;
	const struct json *config;

	for (size_t i = 0; i < array_size(types); i++) {
		if (str_eq(types[i].type, type))
			row = &types[i];
	}
	if (!row) /* one that the model has got meanwhile */
		return aws_fail(err, AWS_ELBV2_ACTION_TYPE, type, "these");
	config = json_get(action, row->config);
	if (!check_config(action, row, protocol, err))
		return false;
	if (str_eq(type, "redirect"))
		return check_redirect(config, protocol, err);
	if (str_eq(type, "fixed-response"))
		return check_fixed_response(config, err);
	if (str_eq(type, "authenticate-oidc"))
		return check_oidc(config, before, stays, err);
	if (str_eq(type, "authenticate-cognito"))
		return check_cognito(config, err);
	return !str_eq(type, "jwt-validation") || check_jwt(config, err);
}

struct json *action_complete(const struct json *action)
{
	struct json *result = json_copy(action);
	const char *type = json_get_str(result, "Type");

	if (str_eq(type, "forward"))
		complete_forward(result);
	else if (str_eq(type, "redirect"))
		complete_redirect(result);
	else if (str_eq(type, "authenticate-oidc"))
		complete_session(result, "AuthenticateOidcConfig");
	else if (str_eq(type, "authenticate-cognito"))
		complete_session(result, "AuthenticateCognitoConfig");
	return result;
}
