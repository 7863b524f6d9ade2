using System.Net;
using System.Text;
using Gorb.Tests.Api;
using Gorb.Tests.Shared;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Gorb.Tests.Documents;

/// <summary>A slow upload of a document delays no other upload.</summary>
public sealed class SlowUploadTests : DaemonTest
{
    private readonly ManualTime _time = new();

    private protected override TestDaemon NewDaemon(FakeKernel kernel) => new()
    {
        Kernel = kernel,
        Configure = services => services.AddSingleton<TimeProvider>(_time)
            .Configure<KestrelServerOptions>(static kestrel => kestrel.Limits.MinRequestBodyDataRate = null), // Kestrel measures the rate with its own clock
    };

    [Fact]
    public async Task SmallDocument_IsWaitedForByNobody()
    {
        using var slow = new SlowContent("services: {web: {host: 10.9.0.100, port: 80}}", isLengthKnown: true);
        var answer = PutAsync(slow);
        await slow.Begun;

        await _daemon.PutAsync("/config", ConfigApiTests.Document);
        _daemon.ReadKernel().Should().HaveCount(2);

        slow.GoOn();
        (await answer).StatusCode.Should().Be(HttpStatusCode.OK);
        _daemon.ReadKernel().Should().ContainSingle();
    }

    [Fact]
    public async Task DocumentsOfUnknownLength_AreWaitedForByNobody()
    {
        using var slow = new SlowContent("services: {web: {host: 10.9.0.100, port: 80}}", isLengthKnown: false);
        var answer = PutAsync(slow);
        await slow.Begun;
        using var other = new SlowContent("services: {}", isLengthKnown: false);
        var otherAnswer = PutAsync(other);
        await other.Begun;

        await _daemon.PutAsync("/config", ConfigApiTests.Document);
        _daemon.ReadKernel().Should().HaveCount(2);

        slow.GoOn();
        (await answer).StatusCode.Should().Be(HttpStatusCode.OK);
        _daemon.ReadKernel().Should().ContainSingle();
        other.GoOn();
        (await otherAnswer).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Document_HasThirtySecondsToArrive()
    {
        using var slow = new SlowContent("services: {}", isLengthKnown: false);
        var answer = PutAsync(slow);
        await slow.Begun;

        _time.Advance(TimeSpan.FromSeconds(29));
        answer.IsCompleted.Should().BeFalse();
        _time.Advance(TimeSpan.FromSeconds(1));

        slow.GoOn(); // the client reads the answer only after it has sent the whole body
        (await answer).StatusCode.Should().Be(HttpStatusCode.RequestTimeout);
        (await TestDaemon.JsonAsync(await answer)).GetProperty("error").GetString().Should().Contain("30 s").And.Contain("prune=false");
    }

    private async Task<HttpResponseMessage> PutAsync(HttpContent content)
    {
        using var client = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = Timeout.InfiniteTimeSpan }) { BaseAddress = _daemon.Http.BaseAddress };
        using var request = new HttpRequestMessage(HttpMethod.Put, "/config") { Content = content };
        request.Headers.ExpectContinue = true; // the client sends the content when the daemon starts to read it
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>A document whose second half is sent when the test calls for it.</summary>
    private sealed class SlowContent(string document, bool isLengthKnown) : HttpContent
    {
        private readonly byte[] _bytes = Encoding.UTF8.GetBytes(document);
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Begun => _begun.Task;

        public void GoOn() => _goOn.SetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var half = _bytes.Length / 2;
            await stream.WriteAsync(_bytes.AsMemory(0, half));
            await stream.FlushAsync();
            _begun.SetResult();
            await _goOn.Task;
            await stream.WriteAsync(_bytes.AsMemory(half));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _bytes.Length;
            return isLengthKnown;
        }
    }
}
