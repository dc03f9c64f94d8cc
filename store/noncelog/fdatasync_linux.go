package noncelog

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// fdatasync leaves out what no reader needs, such as the time of the write.
func fdatasync(f *os.File) error {
	for {
		err := unix.Fdatasync(int(f.Fd()))
		if !errors.Is(err, unix.EINTR) {
			return os.NewSyscallError("fdatasync", err)
		}
	}
}
