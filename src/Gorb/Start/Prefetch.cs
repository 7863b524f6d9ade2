namespace Gorb.Start;

/// <summary>Runs work on another processor before the start needs its result.</summary>
internal static class Prefetch
{
    /// <summary>
    /// Creates a value that its owner caches, such as a lazy singleton. A later caller finds it, waits for it, or creates it itself; that caller also gets the
    /// exception of a failed creation, so it is ignored here.
    /// </summary>
    public static void WarmUp<T>(Func<T> create) => _ = Task.Run(create);

    /// <summary>Creates a value on another processor.</summary>
    /// <returns>A function that returns the value or throws its exception. It does not keep the value, so call it once.</returns>
    public static Func<T> Start<T>(Func<T> create)
    {
        var task = Task.Run(create);
        return () => Interlocked.Exchange(ref task, null!).GetAwaiter().GetResult();
    }
}
