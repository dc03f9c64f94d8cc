//go:build !linux

package main

import "errors"

// Other systems say these things in other ways, or not at all.

func statFS(string) (fileSystem, error) { return fileSystem{}, errors.ErrUnsupported }

func kernelClock() (clockState, error) { return clockState{}, errors.ErrUnsupported }
