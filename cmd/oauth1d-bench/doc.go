// Command oauth1d-bench measures what an auth subrequest costs: the daemon, built
// and started as an operator would, beside an empty handler on the same router
// and the same HTTP server, each in a process of its own, under the same
// pre-signed unique requests. The machine does not matter as long as the two are
// measured in turns; so the ratio counts, pair by pair, and nothing else does.
//
//	main.go      flags and exit codes
//	bench.go     what is measured, in which order
//	daemon.go    a directory, a daemon, a user, consumers and tokens, by the CLI
//	empty.go     the empty handler
//	process.go   processes that are started, and ended by their id
//	request.go   requests, signed before the clock runs
//	load.go      one round: keep-alive connections that ask and wait
//	proof.go     that the gate was on: replays and forgeries are refused
//	figures.go   medians, quartiles, percentiles
//	report.go    the table and the JSON
//
// A run in which any answer is not the expected one has no figures: it ends with
// that answer.
package main
