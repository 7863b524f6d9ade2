using Gorb.Etcd;
using Grpc.Core;

namespace Gorb.Tests.Etcd;

public sealed class RequestStreamTests
{
    /// <summary>As the library does, whose exception would otherwise have ended the watch for good.</summary>
    [Fact]
    public async Task Message_ForACallThatHasEnded_FailsAsTheCallDoes_AndItsEndDoesNotMatter()
    {
        var ended = new EndedCall();

        (await FluentActions.Awaiting(() => ended.SendAsync("?")).Should().ThrowAsync<RpcException>()).Which.StatusCode.Should().Be(StatusCode.Unavailable);
        await FluentActions.Awaiting(ended.EndAsync).Should().NotThrowAsync();
    }

    private sealed class EndedCall : IClientStreamWriter<string>
    {
        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(string message) => throw new InvalidOperationException("Can't write the message because the call is complete.");

        public Task CompleteAsync() => throw new InvalidOperationException("Can't complete the client stream writer because the call is complete.");
    }
}
