#pragma once
/*
 * Which operations the tests call, and how the calls end: lines "ec2:CreateVpc ok" and
 * "ec2:CreateVpc VpcLimitExceeded" in a file of $SKYRIG_CALLS_DIR, one file per test program.
 * tools/coverage reads them. Without the variable nothing is written.
 */
struct world;

/** Notes the AWS calls of a world from now on. */
void calls_note(struct world *world);
