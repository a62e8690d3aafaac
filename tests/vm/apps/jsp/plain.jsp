<%-- SPDX-License-Identifier: GPL-2.0 --%>
<%-- A page that works hard and starts nothing. --%>
<%@ page contentType="text/plain" import="java.util.stream.IntStream" %>
<%= "sum " + IntStream.rangeClosed(1, 1000).sum() %>
