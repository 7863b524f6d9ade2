using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json;
using Gorb.Documents;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.WebUtilities;

namespace Gorb.Api;

/// <summary>
/// Adds an error body to the answers that Kestrel makes itself. A request that Kestrel cannot parse (a path with %00 or invalid UTF-8, headers that are too large) never
/// reaches the application, and Kestrel answers it with a status and no body.
/// </summary>
internal static class RejectedRequests
{
    /// <summary>The longest request line: method, path and query.</summary>
    public const int MaxLineBytes = 8 * 1024;

    /// <summary>The size of all headers of a request.</summary>
    public const int MaxHeaderBytes = 32 * 1024;

    /// <summary>The number of headers of a request.</summary>
    public const int MaxHeaders = 100;

    /// <summary>How long the headers of a request may take.</summary>
    public const int HeaderSeconds = 10;

    public static void UseErrorBodies(this IConnectionBuilder endpoint) => endpoint.Use(static next => connection =>
    {
        connection.Transport = new Transport(connection.Transport.Input, new Output(connection.Transport.Output));
        return next(connection);
    });

    /// <summary>An answer that closes the connection, for a request that is not read.</summary>
    public static byte[] Answer(int status, string error, string text)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new ErrorView(error, [new ErrorDetail(null, null, text)]), ApiJson.Plain.ErrorView);
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 {status} {ReasonPhrases.GetReasonPhrase(status)}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n");
        return [.. System.Text.Encoding.ASCII.GetBytes(head), .. body];
    }

    private static byte[] Body(int status)
    {
        var text = status switch
        {
            StatusCodes.Status400BadRequest => "the request cannot be read: its request line, path or headers are malformed; a path is percent-encoded UTF-8 without %00",
            StatusCodes.Status408RequestTimeout => $"the request did not arrive in time: its headers must be there within {HeaderSeconds} s, and its body must come faster than 1 KB/s",
            StatusCodes.Status414UriTooLong => $"the path and query of the request are too long: the first line of a request may have {MaxLineBytes} bytes at most",
            StatusCodes.Status431RequestHeaderFieldsTooLarge => $"the headers of the request are too large: {MaxHeaderBytes} bytes and {MaxHeaders} headers at most",
            StatusCodes.Status505HttpVersionNotsupported => "the version of HTTP is not supported; use HTTP/1.1",
            _ => ReasonPhrases.GetReasonPhrase(status).ToLowerInvariant(),
        };
        return JsonSerializer.SerializeToUtf8Bytes(new ErrorView(text, [new ErrorDetail(null, null, text)]), ApiJson.Plain.ErrorView);
    }

    private sealed record Transport(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    /// <summary>Passes all output on, and adds a body to an error answer that has none and closes the connection.</summary>
    private sealed class Output(PipeWriter next) : PipeWriter
    {
        private const int StatusAt = 9;
        private const int StatusEnd = 12;

        private Memory<byte> _room;

        public override bool CanGetUnflushedBytes => next.CanGetUnflushedBytes;

        public override long UnflushedBytes => next.UnflushedBytes;

        public override Memory<byte> GetMemory(int sizeHint = 0) => _room = next.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

        public override void Advance(int bytes)
        {
            var added = bytes < _room.Length && IsEmptyError(_room.Span[..bytes]) ? AddBody(_room.Span, bytes) : 0;
            next.Advance(bytes + added);
            _room = bytes + added <= _room.Length ? _room[(bytes + added)..] : default;
        }

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => next.FlushAsync(cancellationToken);

        public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) => next.WriteAsync(source, cancellationToken);

        public override void CancelPendingFlush() => next.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => next.Complete(exception);

        public override ValueTask CompleteAsync(Exception? exception = null) => next.CompleteAsync(exception);

        private static bool IsEmptyError(ReadOnlySpan<byte> head) =>
            (head.StartsWith("HTTP/1.1 4"u8) || head.StartsWith("HTTP/1.1 5"u8))
            && head.EndsWith("\r\n\r\n"u8)
            && head.IndexOf(NoBody) >= 0
            && head.IndexOf("\r\nConnection: close\r\n"u8) >= 0;

        private static ReadOnlySpan<byte> NoBody => "\r\nContent-Length: 0\r\n"u8;

        /// <returns>The number of bytes added to the answer; 0 if the buffer has no room for a body.</returns>
        private static int AddBody(Span<byte> room, int headLength)
        {
            var head = room[..headLength].ToArray();
            var body = Body(int.Parse(head.AsSpan(StatusAt..StatusEnd), CultureInfo.InvariantCulture));
            var at = head.AsSpan().IndexOf(NoBody);
            byte[] answer =
            [
                .. head.AsSpan(0, at),
                .. System.Text.Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {body.Length}\r\n")),
                .. head.AsSpan(at + NoBody.Length),
                .. body,
            ];
            return answer.AsSpan().TryCopyTo(room) ? answer.Length - headLength : 0;
        }
    }
}
