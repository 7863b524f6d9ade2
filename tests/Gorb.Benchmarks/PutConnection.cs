using System.Net.Sockets;
using System.Text;

namespace Gorb.Benchmarks;

/// <summary>One kept HTTP/1.1 connection that works off requests, as leanly as can be: they are encoded beforehand, and an answer is read to its end and no further.</summary>
internal sealed class PutConnection : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly List<byte[]> _requests;
    private readonly byte[] _answer = new byte[16 * 1024];
    private int _sent;

    public PutConnection(Uri url, List<byte[]> requests)
    {
        _requests = requests;
        _socket.Connect(url.Host, url.Port);
    }

    /// <summary>A request as it goes over the wire.</summary>
    public static byte[] Put(Uri url, string path, string body) => Encoding.ASCII.GetBytes(
        $"PUT {path} HTTP/1.1\r\nHost: {url.Authority}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");

    /// <summary>A question as it goes over the wire.</summary>
    public static byte[] Get(Uri url, string path) => Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {url.Authority}\r\n\r\n");

    /// <summary>Waits for the answer to the last request and sends the next.</summary>
    /// <returns>False when there is none.</returns>
    public bool Advance()
    {
        ReadAnswer();
        if (_sent == _requests.Count)
        {
            return false;
        }

        SendNext();
        return true;
    }

    public void Dispose() => _socket.Dispose();

    public void SendNext() => _socket.Send(_requests[_sent++]);

    private void ReadAnswer()
    {
        var (read, length) = (0, 0);
        while (length == 0 || read < length)
        {
            var received = _socket.Receive(_answer.AsSpan(read));
            read += received;
            if (received == 0 || read == _answer.Length)
            {
                throw Unexpected(read);
            }

            length = Length(_answer.AsSpan(0, read));
        }

        if (read != length || !_answer.AsSpan().StartsWith("HTTP/1.1 200 "u8))
        {
            throw Unexpected(read);
        }
    }

    /// <summary>How long the whole answer is, or 0 when its head is not there yet.</summary>
    private static int Length(ReadOnlySpan<byte> answer)
    {
        var head = answer.IndexOf("\r\n\r\n"u8) + 4;
        if (head < 4)
        {
            return 0;
        }

        var name = "\r\nContent-Length: "u8;
        var digits = answer[(answer[..head].IndexOf(name) + name.Length)..];
        return head + int.Parse(digits[..digits.IndexOf((byte)'\r')], provider: null);
    }

    private InvalidOperationException Unexpected(int read) =>
        new($"{Encoding.ASCII.GetString(_requests[_sent - 1])}: {Encoding.ASCII.GetString(_answer, 0, read)}");
}
