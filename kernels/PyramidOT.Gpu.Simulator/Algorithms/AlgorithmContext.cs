namespace ILGPU;

/// <summary>Switches ILGPU.Algorithms on. Nothing is to be done here.</summary>
public static class AlgorithmContext
{
    public static Context.Builder EnableAlgorithms(this Context.Builder builder) => builder;
}
