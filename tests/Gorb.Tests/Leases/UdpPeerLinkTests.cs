using System.Net;
using System.Threading.Channels;
using Gorb.Leases;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gorb.Tests.Leases;

/// <summary>Datagrams between directors over real sockets.</summary>
public sealed class UdpPeerLinkTests
{
    [Fact]
    public async Task Datagram_ReachesTheOther_AndItsAnswerComesBack()
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var heard = Channel.CreateUnbounded<byte[]>();
        var (one, other) = (Make(), Make());
        var running = Task.WhenAll(
            RunAsync(one, datagram =>
            {
                heard.Writer.TryWrite(datagram.ToArray()).Should().BeTrue();
                return null;
            }, end.Token, out var oneIsOpen),
            RunAsync(other, static datagram => [.. datagram.Span, 9], end.Token, out var otherIsOpen));
        await Task.WhenAll(oneIsOpen, otherIsOpen);

        await one.SendAsync(other.EndPoint!, new byte[] { 1, 2 }, end.Token);

        (await heard.Reader.ReadAsync(end.Token)).Should().Equal(1, 2, 9);
        await end.CancelAsync();
        await FluentActions.Awaiting(() => running).Should().ThrowAsync<OperationCanceledException>();
        one.EndPoint.Should().BeNull();
        await one.SendAsync(new IPEndPoint(IPAddress.Loopback, 9), new byte[] { 1 }, CancellationToken.None);
    }

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1:4673")]
    [InlineData("10.0.0.1:5000", "10.0.0.1:5000")]
    [InlineData("[fd00::1]:5000", "[fd00::1]:5000")]
    [InlineData("fd00::1", "[fd00::1]:4673")]
    [InlineData("0.0.0.0", null)]
    [InlineData("lb1", null)]
    public void Option_IsRead(string text, string? expected)
    {
        PeerAddress.TryParse(text, out var address).Should().Be(expected is not null);

        (address is null ? null : new IPEndPoint(address.Address!, address.Port).ToString()).Should().Be(expected);
    }

    private static UdpPeerLink Make() => new(new PeerAddress(IPAddress.Loopback, 0), [], NullLogger<UdpPeerLink>.Instance);

    private static Task RunAsync(UdpPeerLink link, Func<ReadOnlyMemory<byte>, byte[]?> receive, CancellationToken end, out Task opened)
    {
        var open = new TaskCompletionSource();
        opened = open.Task;
        return link.RunAsync(open.SetResult, receive, end);
    }
}
