// Package journey drives the built oauth1d from outside, with the parts that it
// meets in life: nginx, an application in a process of its own, consumer
// libraries that nobody here wrote, a browser, kill -9. It has tests only.
//
//	main_test.go     builds the program once
//	daemon_test.go   starts it, speaks to it by its command line
//	app_test.go      the application behind the gate, which reports raw bytes
//	consumer_test.go a consumer that signs what it is told to
//	user_test.go     a user who signs in, allows and denies
//	edge_test.go     what ends TLS before the daemon, and keeps what it saw
//	interop_test.go  consumer libraries: the dance; interop_rows_test.go: requests
//	nginx_test.go    Debian's nginx with deploy/nginx; nginx_forms_test.go, nginx_asks_test.go
//	deploy_test.go   the metrics and alerts of deploy/prometheus
//	badinput_test.go the attacker: one file a group of threats
//	browser_test.go  users in headless Chromium; testdata/node/browser.mjs drives it
//	walk_test.go     every page in every state, compared with provider/pages/testdata/browser
//	crash_test.go    kill -9 under load, with a client journal beside it
//	strace_test.go   syncs that fail, are slow, or are the last thing it does
//	faults_test.go   disks that are full or read-only; startup_test.go: wrecked ones
//	lifecycle_test.go, reload_test.go, backup_test.go  signals and backups under load
//
// deps.sh installs what the tests need, Debian packages by name and npm
// packages from the lock file. Without them a test skips, except that with
// CI=true it fails.
package journey
