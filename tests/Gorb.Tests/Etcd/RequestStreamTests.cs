using Gorb.Etcd;
using Grpc.Core;

namespace Gorb.Tests.Etcd;

public sealed class RequestStreamTests
{
    /// <summary>As the library does, whose exceptions would otherwise have ended the watch for good, or the daemon.</summary>
    public static TheoryData<Exception> Ends => new()
    {
        new InvalidOperationException("Can't write the message because the call is complete."),
        new HttpProtocolException(2, "The HTTP/2 server didn't respond to a ping request within the configured KeepAlivePingDelay.", null),
        new IOException("Broken pipe"),
        new HttpRequestException("Connection refused"),
        new TaskCanceledException(),
    };

    [Theory]
    [MemberData(nameof(Ends), DisableDiscoveryEnumeration = true)]
    public async Task Message_ForACallThatHasEnded_FailsAsTheCallDoes_AndItsEndDoesNotMatter(Exception end)
    {
        var ended = new EndedCall(end);

        (await FluentActions.Awaiting(() => ended.SendAsync("?")).Should().ThrowAsync<RpcException>()).Which.StatusCode.Should().Be(StatusCode.Unavailable);
        await FluentActions.Awaiting(ended.EndAsync).Should().NotThrowAsync();
    }

    private sealed class EndedCall(Exception end) : IClientStreamWriter<string>
    {
        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(string message) => throw end;

        public Task CompleteAsync() => throw end;
    }
}
