# make test is all that a change needs; the other targets take longer or look closer.

SHELL   := /bin/bash
GO      ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
JOURNEY := ./cmd/journey

export CGO_ENABLED ?= 0

.PHONY: build test deps check race bench fuzz differential threats interop crash vuln

build: ## bin/oauth1d, static
	$(GO) build -trimpath -ldflags="-s -w -X main.version=$(VERSION)" -o bin/oauth1d ./cmd/oauth1d

deps: ## what the tests drive: nginx, Chromium, consumer libraries (Debian packages by name, npm packages)
	@cmd/journey/deps.sh

test: deps ## formatting, vet, every test, the journeys with real parts
	@unformatted=$$(gofmt -l .); test -z "$$unformatted" || { echo "not gofmt-clean: $$unformatted" >&2; exit 1; }
	$(GO) vet ./...
	$(GO) test -timeout 14m ./...

check: ## what a reviewer runs before reading
	@test -z "$$(gofmt -l .)" || { gofmt -l . >&2; exit 1; }
	$(GO) vet ./...
	$(GO) run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...
	$(GO) mod tidy -diff
	$(GO) mod verify

race: ## every test but the journeys, with the race detector
	CGO_ENABLED=1 $(GO) test -race ./config/... ./provider/... ./store/... ./cmd/oauth1d/...

bench: ## the auth subrequest beside an empty handler, then the parts
	$(GO) run ./cmd/oauth1d-bench
	$(GO) test -run '^$$' -bench . -benchmem ./provider/oauth1 ./provider/verify ./store/...

fuzz: ## each fuzz target for FUZZTIME
	@grep -ro --include='*_test.go' '^func Fuzz[A-Za-z0-9]*' config provider store | sed 's|/[^/]*:func | |' | while read -r p t; do \
		$(GO) test ./$$p -run '^$$' -fuzz "^$$t$$" -fuzztime $(or $(FUZZTIME),30s) </dev/null || exit 1; done

differential: deps ## N base strings (a million) beside those of Debian's oauthlib; SEED for the same ones again
	set -o pipefail; OAUTH1D_DIFFERENTIAL=$(or $(N),1000000) OAUTH1D_DIFFERENTIAL_SEED=$(or $(SEED),$(shell date +%s)) \
		$(GO) test -count=1 -timeout 0 -v -run 'Oauthlib$$' ./provider/oauth1 | grep -v '^=== RUN\|^ *--- PASS'

threats: deps ## what an attacker tries, by ID, and the test of each; fails on a missing one, then runs them
	@$(GO) test -count=1 -v -run '^TestThreats$$' $(JOURNEY) | grep -v '^=== RUN\|^--- PASS'; test $${PIPESTATUS[0]} = 0
	$(GO) test -count=1 -run '^TestBadInput$$|^TestThreats' $(JOURNEY)

interop: deps ## consumer libraries that nobody here wrote: the dance, awkward requests, and the table of both
	$(GO) test -count=1 -v -run 'TestConsumerLibraries|TestInteropTable|TestALibraryIsLetIn|TestConsumersMove' $(JOURNEY)

crash: ## kill -9 under load, CYCLES times
	OAUTH1D_CRASH_CYCLES=$(or $(CYCLES),2000) $(GO) test -count=1 -timeout 0 -v -run '^TestKill' $(JOURNEY)

vuln: ## known vulnerabilities in what is linked
	$(GO) run golang.org/x/vuln/cmd/govulncheck@latest ./...
