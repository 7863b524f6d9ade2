using System.Net.Sockets;
using Gorb.Health.Epoll;
using Gorb.Health.Probes;
using Gorb.Ipvs;

namespace Gorb.Tests.Health.Probes;

/// <summary>Which errors count against a backend: those that it, or the way to it, reported.</summary>
public sealed class NetworkErrorTests
{
    /// <summary>All errnos into which the kernel turns ICMP errors (net/ipv4/icmp.c, net/ipv6/icmp.c), which reach a connect as its outcome.</summary>
    [Theory]
    [InlineData(Errno.ENETUNREACH, "network unreachable")]
    [InlineData(Errno.EHOSTUNREACH, "no route to host")]
    [InlineData(Errno.ENOPROTOOPT, "protocol unreachable")]
    [InlineData(Errno.ECONNREFUSED, "connection refused")]
    [InlineData(Errno.EMSGSIZE, "the path to the host does not carry packets of this size")]
    [InlineData(Errno.EOPNOTSUPP, "no route to host: a router refuses the packets' source route")]
    [InlineData(Errno.EHOSTDOWN, "no route to host")]
    [InlineData(Errno.ENONET, "no route to host")]
    [InlineData(Errno.EPROTO, "protocol unreachable")]
    [InlineData(Errno.EACCES, "a firewall or router on the way forbids it (administratively prohibited)")]
    public void WhatAnIcmpErrorReports_IsAFailureOfTheBackend(Errno error, string reason)
    {
        var result = ConnectOutcome.Of(error, isReported: true, TimeSpan.Zero);

        (result.Passed, result.Reason, result.IsLocalFault).Should().Be((false, reason, false));
    }

    [Theory]
    [InlineData(Errno.EACCES)] // a prohibit route, or a security module
    [InlineData(Errno.EPERM)]
    [InlineData(Errno.EPROTO)] // no ICMP error can have come yet
    [InlineData(Errno.EMFILE)]
    [InlineData(Errno.EADDRNOTAVAIL)]
    [InlineData((Errno)999)]
    public void WhatTheConnectIsRefusedWithAtOnce_IsThisHostsFault(Errno error) =>
        ConnectOutcome.Of(error, isReported: false, TimeSpan.Zero).IsLocalFault.Should().BeTrue();

    [Fact]
    public void UnknownErrno_IsThisHostsFault()
    {
        var result = ConnectOutcome.Of((Errno)999, isReported: true, TimeSpan.Zero);

        (result.Reason, result.IsLocalFault).Should().Be(("this host cannot connect (error 999)", true));
    }

    /// <summary>The other probes know errors by .NET's names, and those of libraries are wrapped.</summary>
    [Theory]
    [InlineData(SocketError.ProtocolOption, false, "protocol unreachable", false)]
    [InlineData(SocketError.MessageSize, false, "the path to the host does not carry packets of this size", false)]
    [InlineData(SocketError.OperationNotSupported, false, "no route to host: a router refuses the packets' source route", false)]
    [InlineData(SocketError.AccessDenied, true, "a firewall or router on the way forbids it (administratively prohibited)", false)]
    [InlineData(SocketError.AccessDenied, false, "the firewall or the routing table of this host forbids it, or the daemon lacks a permission (EACCES)", true)]
    [InlineData(SocketError.SocketError, true, "protocol unreachable", false)]
    [InlineData(SocketError.SocketError, false, "this host cannot carry out the check (SocketError)", true)]
    public void Exception_IsClassifiedByWhenItCame(SocketError error, bool isReported, string reason, bool isLocalFault)
    {
        Exception thrown = new SocketException((int)error);
        thrown = new HttpRequestException("wrapped", isReported ? new ReportedErrorException((SocketException)thrown) : thrown);

        var result = ProbeFailure.Explain(thrown, TimeSpan.Zero);

        (result.Reason, result.IsLocalFault).Should().Be((reason, isLocalFault));
    }
}
