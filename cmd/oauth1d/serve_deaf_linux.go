package main

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// dropSYN keeps the segments that open a connection, and no others, from a
// listening socket. A filter sees the TCP header first; its flags are byte 13.
var dropSYN = []unix.SockFilter{
	{Code: unix.BPF_LD | unix.BPF_B | unix.BPF_ABS, K: 13},
	{Code: unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K, Jt: 0, Jf: 1, K: 0x02}, // SYN
	{Code: unix.BPF_RET | unix.BPF_K, K: 0},
	{Code: unix.BPF_RET | unix.BPF_K, K: 0xffffffff},
}

// deafen makes the kernel open no more connections on a listening socket, while
// those that it has opened can still be accepted. Closing the socket at once
// would reset them, with the requests that were sent on them. Who connects now
// is neither accepted nor refused: the client's kernel tries again a second
// later, and may find our successor.
func deafen(listener syscall.Conn) error {
	raw, err := listener.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = raw.Control(func(fd uintptr) {
		failed = unix.SetsockoptSockFprog(int(fd), unix.SOL_SOCKET, unix.SO_ATTACH_FILTER,
			&unix.SockFprog{Len: uint16(len(dropSYN)), Filter: &dropSYN[0]})
	})
	if err != nil {
		return err
	}
	return failed
}
