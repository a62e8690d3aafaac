// SPDX-License-Identifier: GPL-2.0

// A careless application in Go, a server of its own on port 8000: /run?cmd= runs a command with
// a shell, /start?argv=&argv= without a shell. A header has the server's PID.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
	"os/exec"
	"strconv"
)

func outputOf(request *http.Request) []byte {
	var output []byte

	query := request.URL.Query()
	switch request.URL.Path {
	case "/run":
		output, _ = exec.Command("/bin/sh", "-c", query.Get("cmd")).Output()
	case "/start":
		argv := query["argv"]
		output, _ = exec.Command(argv[0], argv[1:]...).Output()
	default:
		sum := 0
		for i := 0; i <= 1000; i++ {
			sum += i
		}
		output = []byte(fmt.Sprintf("sum %d\n", sum))
	}
	return output
}

func main() {
	http.HandleFunc("/", func(answer http.ResponseWriter, request *http.Request) {
		answer.Header().Set("X-Pid", strconv.Itoa(os.Getpid()))
		answer.Write(outputOf(request))
	})
	log.Fatal(http.ListenAndServe("127.0.0.1:8000", nil))
}
