using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Gorb.Ipvs;

namespace Gorb.KernelTests.Lab;

/// <summary>
/// A TCP server that reads all that a client sends, then sends as much of other data back, and last the hash of what it received. Both sides hash what arrives.
/// </summary>
internal sealed class EchoCounter : IDisposable
{
    private const int UploadSeed = 1, DownloadSeed = 2;
    private const int BlockSize = 64 * 1024;

    private static readonly ConcurrentDictionary<(int Bytes, int Seed), (byte[] Data, byte[] Hash)> Known = [];

    private readonly Socket _listener;
    private readonly Thread _thread;

    public EchoCounter(string host, int port)
    {
        _listener = NetworkNamespace.Run(host, () => LabSocket.Create(AddressFamily.InterNetworkV6, TransportProtocol.Tcp));
        _listener.DualMode = true;
        _listener.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
        _listener.Listen();
        _thread = new Thread(Serve);
        _thread.Start();
    }

    /// <summary>Uploads bytes to a server, downloads as many, and compares both with what was sent.</summary>
    /// <param name="vip">The server's address.</param>
    /// <param name="port">The server's port.</param>
    /// <param name="bytes">How many bytes go each way.</param>
    /// <param name="stall">How long nothing may move; null for a minute.</param>
    /// <exception cref="SocketException">Nothing moved for that time.</exception>
    public static void Exchange(IPAddress vip, int port, int bytes, TimeSpan? stall = null)
    {
        using var client = NetworkNamespace.Run(NetworkNamespace.Client, () => LabSocket.Create(vip.AddressFamily, TransportProtocol.Tcp));
        client.SendTimeout = client.ReceiveTimeout = (int)(stall ?? TimeSpan.FromSeconds(60)).TotalMilliseconds;
        client.Connect(vip, port);
        Send(client, DataOf(bytes, UploadSeed).Data);
        client.Shutdown(SocketShutdown.Send);
        using var received = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (block, left) = (new byte[BlockSize], bytes);
        while (left > 0)
        {
            var count = client.Receive(block, Math.Min(left, block.Length), SocketFlags.None);
            count.Should().BePositive("the download is complete");
            received.AppendData(block, 0, count);
            left -= count;
        }

        received.GetHashAndReset().Should().Equal(DataOf(bytes, DownloadSeed).Hash, "the download is what was sent");
        var hash = new byte[SHA256.HashSizeInBytes];
        ReceiveAll(client, hash);
        hash.Should().Equal(DataOf(bytes, UploadSeed).Hash, "the upload is what was sent");
    }

    public void Dispose()
    {
        _listener.Shutdown(SocketShutdown.Both); // wakes the thread that accepts
        _thread.Join();
        _listener.Dispose();
    }

    private void Serve()
    {
        while (true)
        {
            Socket client;
            try
            {
                client = _listener.Accept();
            }
            catch (SocketException)
            {
                return; // disposed
            }

            using (client)
            {
                LabSocket.Try(() => Answer(client));
            }
        }
    }

    private static bool Answer(Socket client)
    {
        using var received = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (block, bytes) = (new byte[BlockSize], 0);
        for (var count = client.Receive(block); count > 0; count = client.Receive(block))
        {
            received.AppendData(block, 0, count);
            bytes += count;
        }

        Send(client, DataOf(bytes, DownloadSeed).Data);
        return client.Send(received.GetHashAndReset()) > 0;
    }

    private static void Send(Socket socket, byte[] data)
    {
        for (var sent = 0; sent < data.Length; sent += socket.Send(data.AsSpan(sent, Math.Min(data.Length - sent, BlockSize))))
        {
        }
    }

    /// <summary>Data in which no part is like another, so that a lost or repeated segment changes the hash. Made once: an emulated processor is slow.</summary>
    private static (byte[] Data, byte[] Hash) DataOf(int bytes, int seed) => Known.GetOrAdd((bytes, seed), static size =>
    {
        var data = new byte[size.Bytes];
        new Random(size.Seed).NextBytes(data);
        return (data, SHA256.HashData(data));
    });

    private static void ReceiveAll(Socket socket, Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var count = socket.Receive(bytes);
            count.Should().BePositive("the answer is complete");
            bytes = bytes[count..];
        }
    }
}
