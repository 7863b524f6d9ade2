using System.Globalization;
using System.Text;

namespace Gorb.Health.Probes;

/// <summary>
/// Reads the response to one HTTP/1 request, as far as a check needs it and as leniently as RFC 9112 allows: bare line feeds end lines, interim responses
/// are skipped, and the received part of a body counts, however the body ends.
/// </summary>
/// <param name="stream">The connection.</param>
/// <param name="method">The request's method: the response to HEAD has no body.</param>
internal sealed class HttpAnswer(Stream stream, string method)
{
    /// <summary>The part of the body that is read.</summary>
    public const int MaxBodyBytes = 64 * 1024;

    private const int MaxHeaderBytes = 64 * 1024;
    private const int MaxChunkLine = 1024;
    private const string Version = "HTTP/1.";

    private readonly byte[] _buffer = new byte[8 * 1024];
    private readonly HttpBodyLength _length = new();
    private byte[] _body = [];
    private int _bodyLength;
    private int _start;
    private int _end;
    private int _headerBytes;
    private int _status;

    /// <summary>The part of the body received so far.</summary>
    public ReadOnlySpan<byte> Body => _body.AsSpan(0, _bodyLength);

    /// <summary>Reads to the end of the header. Skips 1xx responses except 101, which ends HTTP.</summary>
    /// <exception cref="ProbeFailureException">The response is not HTTP, or ends early.</exception>
    public async Task<int> ReadStatusAsync(CancellationToken token)
    {
        do
        {
            _status = Status(await ReadLineAsync(isFirst: true, token).ConfigureAwait(false));
            _length.Clear();
            while (await ReadLineAsync(isFirst: false, token).ConfigureAwait(false) is { Length: > 0 } line)
            {
                _length.ReadHeader(line);
            }
        }
        while (_status is >= 100 and < 200 and not 101);

        return _status;
    }

    /// <summary>Reads the body up to its end, <see cref="MaxBodyBytes"/>, or an occurrence of the text.</summary>
    public async Task ReadBodyAsync(ReadOnlyMemory<byte> text, CancellationToken token)
    {
        if (method == "HEAD" || _status is 204 or 304 or 101)
        {
            return;
        }

        _body = new byte[MaxBodyBytes];
        try
        {
            if (_length.IsChunked)
            {
                await ReadChunksAsync(text, token).ConfigureAwait(false);
            }
            else
            {
                await ReadBytesAsync(_length.Bytes, text, token).ConfigureAwait(false);
            }
        }
        catch (IOException)
        {
            // The connection was reset, or ended without the end mark of TLS or of the framing: the received part counts.
        }
    }

    private async Task ReadChunksAsync(ReadOnlyMemory<byte> text, CancellationToken token)
    {
        while (await ReadChunkLineAsync(token).ConfigureAwait(false) is > 0 and var size
            && await ReadBytesAsync(size, text, token).ConfigureAwait(false))
        {
            await ReadChunkLineAsync(token).ConfigureAwait(false); // the line end after the chunk
        }
    }

    /// <returns>The size in the line; 0 for the last chunk and for an invalid line.</returns>
    private async Task<long> ReadChunkLineAsync(CancellationToken token)
    {
        var line = new StringBuilder();
        while (line.Length < MaxChunkLine && await FillAsync(token).ConfigureAwait(false))
        {
            var character = (char)_buffer[_start++];
            if (character == '\n')
            {
                var size = line.ToString().Split(';')[0].Trim();
                return long.TryParse(size, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) ? Math.Max(value, 0) : 0;
            }

            line.Append(character);
        }

        return 0;
    }

    /// <returns>True when all bytes were read; false at the limit, at the text, or at the end of the connection.</returns>
    private async Task<bool> ReadBytesAsync(long count, ReadOnlyMemory<byte> text, CancellationToken token)
    {
        while (count > 0 && _bodyLength < MaxBodyBytes && await FillAsync(token).ConfigureAwait(false))
        {
            var part = (int)Math.Min(count, Math.Min(_end - _start, MaxBodyBytes - _bodyLength));
            _buffer.AsSpan(_start, part).CopyTo(_body.AsSpan(_bodyLength));
            var from = Math.Max(0, _bodyLength - text.Length);
            (_start, _bodyLength, count) = (_start + part, _bodyLength + part, count - part);
            if (text.Length > 0 && Body[from..].IndexOf(text.Span) >= 0)
            {
                return false;
            }
        }

        return count == 0;
    }

    private async Task<string> ReadLineAsync(bool isFirst, CancellationToken token)
    {
        var line = new StringBuilder();
        while (await FillAsync(token).ConfigureAwait(false))
        {
            if (++_headerBytes > MaxHeaderBytes)
            {
                throw new ProbeFailureException($"the header of the answer exceeds {MaxHeaderBytes} bytes");
            }

            var character = (char)_buffer[_start++];
            if (character == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            line.Append(character);
            if (isFirst && line.Length <= Version.Length && character != Version[line.Length - 1])
            {
                throw new ProbeFailureException("the answer is not HTTP");
            }
        }

        throw new ProbeFailureException(_headerBytes == 0 ? "the connection ended before the answer" : "the connection ended within the header of the answer");
    }

    /// <summary>Receives more data when the buffer is empty.</summary>
    /// <returns>False at the end of the connection.</returns>
    private async ValueTask<bool> FillAsync(CancellationToken token)
    {
        if (_start == _end)
        {
            (_start, _end) = (0, await stream.ReadAsync(_buffer, token).ConfigureAwait(false));
        }

        return _end > 0;
    }

    /// <summary>Parses a line such as "HTTP/1.1 200 OK".</summary>
    private static int Status(string line)
    {
        var words = line.Split(' ', 3);
        return words is [{ Length: 8 }, { Length: 3 } code, ..] && words[0].StartsWith(Version, StringComparison.Ordinal)
            && int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status >= 100
            ? status
            : throw new ProbeFailureException("the answer is not HTTP");
    }
}
