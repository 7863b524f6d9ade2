using Gorb.Sources.Docker;

namespace Gorb.Tests.Sources.Docker;

public sealed class ListenerTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gorb-listeners");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Read_FilesOfTheKernel_AreWhatListens()
    {
        Write("tcp",
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
            "   0: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2001 1 0000000000000000 100 0 0 10 0",
            "   1: 0100007F:1240 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2002 1 0000000000000000 100 0 0 10 0",
            "   2: 0100090A:0050 0A00090A:D431 01 00000000:00000000 02:000AF0E2 00000000     0        0 2003 2 0000000000000000 20 4 30 10 -1");
        Write("tcp6",
            "  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
            "   0: 00000000000000000000000000000000:0035 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2004 1 0000000000000000 100 0 0 10 0",
            "   1: 090000FD000000000000000001000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2005 1 0000000000000000 100 0 0 10 0",
            "   2: 0000000000000000FFFF00000100090A:0051 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2006 1 0000000000000000 100 0 0 10 0");
        Write("udp",
            "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops",
            "  390: 3500007F:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000   101        0 2007 2 0000000000000000 0",
            "  391: 0100090A:D8D1 0800090A:0035 01 00000000:00000000 00:00000000 00000000   101        0 2008 2 0000000000000000 0");
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "sctp"));
        Write("sctp/eps",
            " ENDPT     SOCK   STY SST HBKT LPORT   UID INODE LADDRS",
            "ffff8880 ffff8881 2   10  29   2905      0 20001 10.9.0.1 fd00:9::1 ",
            "ffff8882 ffff8883 2   7   30   2906      0 20002 10.9.0.1 ");

        Listener.Read(_folder.FullName).Select(listener => listener.ToString()).Should().Equal(
            "0.0.0.0:22/tcp", "127.0.0.1:4672/tcp", "[::]:53/tcp", "[fd00:9::1]:80/tcp", "10.9.0.1:81/tcp", "127.0.0.53:53/udp", "10.9.0.1:2905/sctp", "[fd00:9::1]:2905/sctp");
    }

    [Fact]
    public void Read_KernelOfThisMachine_HasTheSocketOfThisTest()
    {
        using var socket = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        socket.Start();

        Listener.Read("/proc/net").Should().Contain(new Listener("tcp", System.Net.IPAddress.Loopback, ((System.Net.IPEndPoint)socket.LocalEndpoint).Port));
    }

    private void Write(string file, params string[] lines) => File.WriteAllLines(Path.Combine(_folder.FullName, file), lines);
}
