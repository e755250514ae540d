/*
 * Allowed AMIs: which images of others an account lets its users find and launch. Source: EC2 user
 * guide, "Control the discovery and use of AMIs in Amazon EC2 with Allowed AMIs".
 */
#include "emulator/aws/ec2/snapshot.h"

#define CRITERIA_MAX 10	 /* EC2 API, ReplaceImageCriteriaInAllowedImagesSettings */
#define LIST_MAX     200 /* providers of one criterion */
#define SMALL_MAX    50	 /* names and product codes of one criterion */
#define DAY_MS	     (24 * 3600 * INT64_C(1000))

const char *allowed_images_state(struct call *call)
{
	const char *state = json_str(account_setting(call, "allowed-images"));

	return state ? state : "disabled";
}

/* ---- Whether an image meets a criterion ---- */

static bool one_matches(const struct json *globs, const char *text)
{
	json_foreach (glob, globs)
		if (text && str_glob(json_str(glob), text))
			return true;
	return false;
}

static bool provider_matches(const struct doc *image, const struct json *providers)
{
	return ec2_list_has(providers, doc_str(image, "OwnerId")) ||
	       ec2_list_has(providers, doc_str(image, "ImageOwnerAlias"));
}

/** Whether the time of a member is at most so many days ago; a missing time is. */
static bool is_recent(const struct call *call, const struct doc *image, const char *member,
		      const struct json *days)
{
	const char *text = doc_str(image, member);
	int64_t most, time;

	if (!days || !text || !json_int(days, &most) || !clock_parse(text, &time))
		return true;
	return world_now(call->world) - time <= most * DAY_MS;
}

/** All conditions of one criterion. */
static bool meets(const struct call *call, const struct doc *image, const struct json *criterion)
{
	const struct json *providers = json_get(criterion, "ImageProviders");
	const struct json *names = json_get(criterion, "ImageNames");

	if (json_size(providers) && !provider_matches(image, providers))
		return false;
	if (json_size(names) && !one_matches(names, doc_str(image, "Name")))
		return false;
	if (json_size(json_get(criterion, "MarketplaceProductCodes")))
		return false; /* no emulated image is of the marketplace */
	return is_recent(call, image, "DeprecationTime",
			 json_find(criterion, "DeprecationTimeCondition",
				   "MaximumDaysSinceDeprecated", NULL)) &&
	       is_recent(call, image, "CreationDate",
			 json_find(criterion, "CreationDateCondition", "MaximumDaysSinceCreated",
				   NULL));
}

bool image_is_allowed(struct call *call, const struct doc *image)
{
	const struct json *criteria = account_setting(call, "allowed-images-criteria");

	if (str_eq(doc_str(image, "OwnerId"), call->account) || !json_size(criteria))
		return true;
	json_foreach (criterion, criteria)
		if (meets(call, image, criterion))
			return true;
	return false;
}

/* ---- Settings ---- */

bool ec2_get_allowed_images_settings(struct call *call, const struct json *input,
				     struct json *output, struct err *err)
{
	const struct json *criteria = account_setting(call, "allowed-images-criteria");

	(void)input;
	(void)err;
	json_set_str(output, "State", allowed_images_state(call));
	json_set_str(output, "ManagedBy", "account");
	json_ensure_array(output, "ImageCriteria");
	json_set_copy(output, "ImageCriteria", criteria);
	return true;
}

static bool set_state(struct call *call, const char *state, struct json *output)
{
	account_setting_put(call, "allowed-images", json_new_string(state));
	json_set_str(output, "AllowedImagesSettingsState", state);
	return true;
}

bool ec2_enable_allowed_images_settings(struct call *call, const struct json *input,
					struct json *output, struct err *err)
{
	(void)err;
	return set_state(call, json_get_str(input, "AllowedImagesSettingsState"), output);
}

bool ec2_disable_allowed_images_settings(struct call *call, const struct json *input,
					 struct json *output, struct err *err)
{
	(void)input;
	(void)err;
	return set_state(call, "disabled", output);
}

static bool is_provider(const char *text)
{
	static const char *const words[] = {"amazon", "aws-marketplace", "aws-backup-vault",
					    "none"};

	for (size_t i = 0; i < array_size(words); i++)
		if (str_eq(text, words[i]))
			return true;
	return strlen(text) == 12 && strspn(text, "0123456789") == 12;
}

static bool check_criterion(const struct json *criterion, struct err *err)
{
	const struct json *providers = json_get(criterion, "ImageProviders");

	if (json_get(criterion, "ImageWatermarks") || json_get(criterion, "ScanResultCondition"))
		return err_set(err, ERR_UNSUPPORTED, NULL,
			       "criteria of watermarks and scans of images are not emulated");
	if (json_size(providers) > LIST_MAX ||
	    json_size(json_get(criterion, "ImageNames")) > SMALL_MAX ||
	    json_size(json_get(criterion, "MarketplaceProductCodes")) > SMALL_MAX)
		return aws_fail(err, AWS_EC2_IMAGE_CRITERIA);
	json_foreach (provider, providers)
		if (!is_provider(json_str(provider)))
			return aws_fail(err, AWS_EC2_IMAGE_PROVIDER, json_str(provider));
	return true;
}

bool ec2_replace_image_criteria_in_allowed_images_settings(struct call *call,
							   const struct json *input,
							   struct json *output, struct err *err)
{
	const struct json *criteria = json_get(input, "ImageCriteria");

	if (json_size(criteria) > CRITERIA_MAX)
		return aws_fail(err, AWS_EC2_IMAGE_CRITERIA);
	json_foreach (criterion, criteria)
		if (!check_criterion(criterion, err))
			return false;
	account_setting_put(call, "allowed-images-criteria",
			    criteria ? json_copy(criteria) : json_new_array());
	json_set_bool(output, "ReturnValue", true);
	return true;
}
