// placeholder removed by the first test
