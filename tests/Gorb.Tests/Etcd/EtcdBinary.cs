namespace Gorb.Tests.Etcd;

/// <summary>Finds the program etcd.</summary>
internal static class EtcdBinary
{
    public static string Path { get; } = Candidates().FirstOrDefault(File.Exists)
        ?? throw new FileNotFoundException("etcd is missing: \"eng/test --fast\" unpacks it, and so does \"apt-get install etcd-server\"; GORB_ETCD names another one");

    private static IEnumerable<string> Candidates()
    {
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") ?? System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return [Environment.GetEnvironmentVariable("GORB_ETCD") ?? "", System.IO.Path.Combine(cache, "gorb/etcd-server/usr/bin/etcd"), "/usr/bin/etcd"];
    }
}
