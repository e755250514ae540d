# A thin front for people; Meson builds. `make help` lists what there is.
BUILD ?= build
# other versions of controllers, from and to which the upgrades in suites/upgrade go
OLDER = cloud-controller-manager@v1.35.0 load-balancer-controller@v2.4.5 infrastructure-controller@v1.73.0

.DEFAULT_GOAL := help
.PHONY: help setup build test conformance sabotage bench lint format regen docs clean

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

setup: ## install the Debian packages that building needs, or say what is missing
	@tools/setup

build: setup ## build the program: build/skyrig
	@test -f $(BUILD)/build.ninja || meson setup $(BUILD)
	@ninja -C $(BUILD)

test: setup ## run all unit tests, plain and under sanitizers; the last line counts them
	@tools/run_tests --build $(BUILD)

conformance: build ## rehearse all scenarios with the real controllers (built once, with Go)
	@tools/controllers/install && tools/controllers/install $(OLDER) || \
		echo "scenarios that need what could not be built are skipped"
	@mkdir -p results
	@$(BUILD)/skyrig lint
	@$(BUILD)/skyrig test --strict --junit results/junit.xml --html results/report.html

sabotage: build ## spoil each scenario on purpose and see the right claim fail
	@tests/sabotage/run --skyrig $(BUILD)/skyrig

bench: build ## measure, and compare with the stated goals
	@meson test -C $(BUILD) --no-rebuild --benchmark --verbose

lint: ## check formatting, layers, banned calls, sizes, scenarios
	@tools/lint

format: ## format all C files
	@git ls-files -z '*.c' '*.h' ':!emulator/model/generated' | xargs -0 clang-format -i

regen: ## generate emulator/model/generated anew (needs network, pip and Go)
	@tools/modelgen/regen

docs: build ## generate what is generated in docs/ and schema/ anew
	@mkdir -p docs
	@$(BUILD)/skyrig explain aws --markdown > docs/aws-operations.md
	@$(BUILD)/skyrig explain language --markdown > docs/scenario-language.md
	@$(BUILD)/skyrig list --markdown > docs/scenarios.md
	@$(BUILD)/skyrig schema > schema/scenario.schema.json
	@$(BUILD)/skyrig schema suite > schema/suite.schema.json
	@$(BUILD)/skyrig schema config > schema/config.schema.json
	@$(BUILD)/skyrig man > docs/skyrig.1
	@$(BUILD)/skyrig completion > docs/skyrig.bash

clean: ## remove what was built
	@rm -rf $(BUILD) $(BUILD)-asan results
