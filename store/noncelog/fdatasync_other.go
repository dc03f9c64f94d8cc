//go:build !linux

package noncelog

import "os"

func fdatasync(f *os.File) error { return f.Sync() }
