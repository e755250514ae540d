#pragma once
/*
 * The strategy rows of the built-in kinds, one per resource. A file of kinds/ defines the rows of
 * the kinds that it is named after; strategy.c lists them all, sorted by group and resource.
 */
#include "emulator/kube/strategy.h"
